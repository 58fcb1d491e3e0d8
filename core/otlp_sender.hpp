#pragma once

#include <array>
#include <memory>
#include <optional>

#include "core/config_reader.hpp"
#include "core/exemplar_book.hpp"
#include "core/gzip.hpp"
#include "core/http_client.hpp"
#include "core/otlp_retry.hpp"
#include "core/span_sink.hpp"
#include "core/spool.hpp"

namespace core {

class worker;

enum class otlp_compression { none, gzip };
constexpr auto config_names(otlp_compression) {
  return std::to_array<std::pair<std::string_view, otlp_compression>>(
      {{"none", otlp_compression::none}, {"gzip", otlp_compression::gzip}});
}

/// Where a program sends its spans.
struct otlp_config {
  base_url endpoint;
  duration interval = std::chrono::milliseconds(500);
  std::int64_t queue = 20000;
  std::int64_t batch = 512;
  duration timeout = std::chrono::seconds(5);
  std::optional<spool_config> spool;
  otlp_compression compression = otlp_compression::none;

  static void describe(fields<otlp_config>& f) {
    f.required("endpoint", &otlp_config::endpoint,
               "Base URL of an OTLP/HTTP receiver; spans go to <endpoint>/v1/traces.");
    f.optional("interval", &otlp_config::interval, "Longest time a span waits for its batch.")
        .range(duration(std::chrono::milliseconds(10)), duration(std::chrono::minutes(1)));
    f.optional("queue", &otlp_config::queue,
               "Spans kept in memory while the receiver is away; more are dropped and counted.")
        .range<std::int64_t>(1, 10'000'000);
    f.optional("batch", &otlp_config::batch, "Most spans in one request.")
        .range<std::int64_t>(1, 100'000);
    f.optional("timeout", &otlp_config::timeout, "Time for one attempt.")
        .range(duration(std::chrono::milliseconds(10)), duration(std::chrono::minutes(1)));
    f.optional("spool", &otlp_config::spool,
               "Disk for what the receiver does not take for more than a moment.");
    f.optional("compression", &otlp_config::compression,
               "Of requests: gzip (its fastest level) costs about as much as everything else "
               "together, and sends a tenth of the bytes.");
  }
};

/// Sends what a sink holds, batch by batch, as OTLP/HTTP protobuf; the retry decisions are
/// `otlp_retry`'s. Runs on one worker; one request at a time, so that order and memory stay simple.
///
/// With a spool, what the receiver has not taken for a second, and what is more than half a queue,
/// goes to the disk; when the receiver answers again it is sent from there, oldest first, in turns
/// with what is new. What is on disk is never given up for attempts that failed, only for size and
/// age. Writing blocks: a worker that carries traffic is no place for a sender with a spool.
class otlp_sender {
 public:
  /// Opens the spool; throws std::runtime_error when it cannot be used. `book` learns which
  /// exemplars were acknowledged. All references outlive the sender.
  otlp_sender(worker& w, otlp_config config, span_sink& sink, exemplar_book* book = nullptr);

  /// Starts sending on the worker; ends with `flush`.
  void start();
  /// Sends what is left, at most until `until`, without long back-offs; what remains then goes to
  /// the spool, or is dropped as `shutdown` without one. The sender is of no use afterwards; an
  /// attempt that outlasts `until` may still be under way, so it lives as long as the worker runs.
  task<> flush(deadline until);

  /// The spool's metric families; for any thread.
  void write_metrics(exposition_writer& out) const;

 private:
  task<> run();
  task<> spill();
  task<> send(span_stock from);
  task<attempt> post(std::string_view body, deadline until);
  task<> pause(instant until);

  std::optional<span_stock> next() const;
  bool pick(span_stock from);
  bool settle(const otlp_retry::action& action);
  void settle_as_dropped(drop_reason reason);
  bool spills() const;
  bool give_way();
  bool store(const span_batch& batch);
  bool store_waiting();
  void store_rest();
  void book_losses();

  worker& worker_;
  otlp_config config_;
  span_sink& sink_;
  exemplar_book* book_;
  http_client client_;
  std::unique_ptr<spool> spool_;

  std::optional<span_batch> in_hand_;    // what is being sent,
  span_stock from_ = span_stock::queue;  // and where it came from
  span_stock last_ = span_stock::spool;
  std::optional<instant> failing_since_;
  instant collected_{};  // when the queue was last sent to its end
  instant spilled_{};
  instant again_{};  // no attempt before: the receiver said so, or we back off
  gzip_writer gzip_{1};
  bool stopping_ = false;
  bool idle_ = true;       // `run` is over,
  bool spilling_ = false;  // and `spill` is not
  deadline flush_until_ = deadline::never();
};

}  // namespace core
