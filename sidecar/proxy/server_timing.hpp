#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/clock.hpp"
#include "core/trace_context.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// One call that the application made while it answered a verified probe.
struct dependency_call {
  std::string name;  ///< of the outbound listener
  core::duration took{};
  std::string why;  ///< "" when it succeeded, else a failure or `status_503`
};

/// Calls by the trace they belong to, for traces of verified requests in flight only. Shared by all
/// workers of a process; a handful of entries at a time.
class dependency_calls {
 public:
  void open(const core::trace_id& trace);
  void add(const core::trace_id& trace, dependency_call call);
  std::vector<dependency_call> close(const core::trace_id& trace);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::vector<dependency_call>> calls_;
};

/// The value of Server-Timing for a verified request (design, contract 3): `proxy;dur=…` is the
/// time that was ours, `app;dur=…` the application's up to its head, `dep-NAME;dur=…` what it
/// reported itself and the calls joined by trace id, with `desc` where one failed. Milliseconds.
/// Pure.
std::string render_server_timing(const exchange_record& record, core::instant now,
                                 const std::vector<dependency_call>& calls);

/// Adds Server-Timing, and Proxy-Status (RFC 9209) on errors of our own, to answers of verified
/// probes.
class server_timing {
 public:
  server_timing(std::shared_ptr<dependency_calls> calls, std::string_view service)
      : calls_(std::move(calls)), service_(service) {}
  std::optional<reply> before(exchange_record& record);
  void answering(exchange_record& record);
  void after(exchange_record& record);

 private:
  std::shared_ptr<dependency_calls> calls_;
  std::string service_;
};

/// Reports the application's outbound calls to the request that they belong to.
class dependency_time {
 public:
  explicit dependency_time(std::shared_ptr<dependency_calls> calls) : calls_(std::move(calls)) {}
  void answering(exchange_record& record);

 private:
  std::shared_ptr<dependency_calls> calls_;
};

}  // namespace sidecar
