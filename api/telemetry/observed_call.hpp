#pragma once

#include <string>
#include <string_view>

#include "api/call_context.hpp"
#include "api/telemetry/tracer.hpp"
#include "core/metrics_shard.hpp"

namespace api {

extern const core::metric_family db_client_operation_duration_seconds;
extern const core::metric_family messaging_client_operation_duration_seconds;

/// One kind of call to a dependency, resolved once, in the words of the semantic conventions.
struct operation {
  dependency what = dependency::database;
  std::string system;     ///< db.system.name or messaging.system
  std::string name;       ///< `SELECT`, `GET`, `send`
  std::string target;     ///< db.collection.name or messaging.destination.name; "" for none
  std::string span_name;  ///< `{name} {target}`
  core::span_kind kind = core::span_kind::client;
  core::histogram_cell* duration = nullptr;
};

/// A statement over a table of PostgreSQL.
operation sql_operation(core::worker& w, std::string name, std::string table);
/// A command to the Redis of the cache.
operation cache_operation(core::worker& w, std::string command);
/// What is done with a queue; sending is a PRODUCER's span, all else a CLIENT's.
operation queue_operation(core::worker& w, std::string system, std::string name,
                          std::string destination);

/// One call on its way: its span, its duration as a metric, and its share of the request's time.
/// Made before the call, told the result, gone after it.
class observed_call {
 public:
  observed_call(tracer& t, const operation& op, const call_context& call);
  ~observed_call();

  /// What the call itself is to be told.
  call_context below() const { return call_.below(span_.context()); }
  /// Of the span that is recorded; the request's, when this one is not.
  const core::span_context& context() const noexcept { return span_.context(); }
  bool recorded() const noexcept { return span_.recorded(); }
  void set(const char* key, std::int64_t value) { span_.set(key, value); }
  void set(const char* key, std::string_view value) { span_.set(key, value); }
  /// Passes the result through, noting its error.
  template <class R>
  R seen(R result) {
    if (!result) failed(result.error());
    return result;
  }

 private:
  void failed(const core::error_code& error);

  // Nothing of the operation itself: a call that never returned outlives it at the program's end.
  dependency what_;
  core::histogram_cell& duration_;
  call_context call_;
  core::instant start_;
  active_span span_;
};

}  // namespace api
