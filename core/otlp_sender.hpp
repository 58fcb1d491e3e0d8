#pragma once

#include <memory>
#include <optional>

#include "core/config_reader.hpp"
#include "core/http_client.hpp"
#include "core/otlp_retry.hpp"
#include "core/span_sink.hpp"

namespace core {

class worker;

/// Where a program sends its spans.
struct otlp_config {
  base_url endpoint;
  duration interval = std::chrono::milliseconds(500);
  std::int64_t queue = 20000;
  std::int64_t batch = 512;
  duration timeout = std::chrono::seconds(5);

  static void describe(fields<otlp_config>& f) {
    f.required("endpoint", &otlp_config::endpoint,
               "Base URL of an OTLP/HTTP receiver; spans go to <endpoint>/v1/traces.");
    f.optional("interval", &otlp_config::interval, "Longest time a span waits for its batch.")
        .range(duration(std::chrono::milliseconds(10)), duration(std::chrono::minutes(1)));
    f.optional("queue", &otlp_config::queue,
               "Spans kept while the receiver is away; more are dropped and counted.")
        .range<std::int64_t>(1, 10'000'000);
    f.optional("batch", &otlp_config::batch, "Most spans in one request.")
        .range<std::int64_t>(1, 100'000);
    f.optional("timeout", &otlp_config::timeout, "Time for one attempt.")
        .range(duration(std::chrono::milliseconds(10)), duration(std::chrono::minutes(1)));
  }
};

/// Sends what a sink holds, batch by batch, as OTLP/HTTP protobuf; the retry decisions are
/// `otlp_retry`'s. Runs on one worker; one request at a time, so that order and memory stay simple.
class otlp_sender {
 public:
  otlp_sender(worker& w, otlp_config config, span_sink& sink);

  /// Starts sending on the worker; ends with `flush`.
  void start();
  /// Sends what is left, at most until `until`, without long back-offs; what remains is dropped as
  /// `shutdown`. The sender is of no use afterwards.
  task<> flush(deadline until);

 private:
  task<> run();
  task<> send(span_batch batch);
  task<attempt> post(const std::string& body, deadline until);

  worker& worker_;
  otlp_config config_;
  span_sink& sink_;
  http_client client_;
  bool stopping_ = false;
  bool idle_ = true;
  deadline flush_until_ = deadline::never();
};

}  // namespace core
