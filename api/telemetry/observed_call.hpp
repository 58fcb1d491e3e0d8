#pragma once

#include <string>
#include <string_view>

#include "api/call_context.hpp"
#include "api/telemetry/tracer.hpp"
#include "core/metrics_shard.hpp"

namespace api {

extern const core::metric_family db_client_operation_duration_seconds;

enum class dependency { postgresql, redis };
const char* to_label(dependency d) noexcept;

/// One kind of call to a database, resolved once: `SELECT` of `security` in PostgreSQL.
struct operation {
  operation(core::worker& w, dependency system, std::string_view name, std::string_view target);

  dependency system;
  std::string name;       ///< db.operation.name
  std::string target;     ///< db.collection.name; "" for Redis
  std::string span_name;  ///< `{name} {target}`
  core::histogram_cell& duration;
};

/// One call on its way: its CLIENT span, its duration as a metric, and its share of the request's
/// time. Made before the call, told the result, gone after it.
class observed_call {
 public:
  observed_call(tracer& t, const operation& op, const call_context& call);
  ~observed_call();

  /// What the call itself is to be told.
  call_context below() const { return call_.below(span_.context()); }
  void set(const char* key, std::int64_t value) { span_.set(key, value); }
  /// Passes the result through, noting its error.
  template <class R>
  R seen(R result) {
    if (!result) failed(result.error());
    return result;
  }

 private:
  void failed(const core::error_code& error);

  // Nothing of the operation itself: a call that never returned outlives it at the program's end.
  dependency system_;
  core::histogram_cell& duration_;
  call_context call_;
  core::instant start_;
  active_span span_;
};

}  // namespace api
