#include "api/telemetry/observed_call.hpp"

#include <array>

#include "api/postgres/database_error.hpp"

namespace api {
namespace {

constexpr std::array bounds{.001, .005, .01, .05, .1, .5, 1., 5., 10.};

}  // namespace

const core::metric_family db_client_operation_duration_seconds{
    "db_client_operation_duration_seconds", "Duration of calls to PostgreSQL and Redis.",
    core::metric_type::histogram, bounds};

const char* to_label(dependency d) noexcept {
  return d == dependency::postgresql ? "postgresql" : "redis";
}

operation::operation(core::worker& w, dependency d, std::string_view operation_name,
                     std::string_view collection)
    : system(d),
      name(operation_name),
      target(collection),
      span_name(target.empty() ? name : name + " " + target),
      duration(w.metrics.histogram(
          db_client_operation_duration_seconds,
          {{"db_system_name", to_label(d)}, {"db_operation_name", operation_name}})) {}

observed_call::observed_call(tracer& t, const operation& op, const call_context& call)
    : system_(op.system),
      duration_(op.duration),
      call_(call),
      start_(core::now()),
      span_(t.start(call.parent, core::span_kind::client, op.span_name, start_)) {
  if (!span_.recorded()) return;
  span_.set("db.system.name", to_label(op.system));
  span_.set("db.operation.name", op.name);
  if (!op.target.empty()) span_.set("db.collection.name", op.target);
}

observed_call::~observed_call() {
  const core::duration took = core::now() - start_;
  duration_.observe(core::seconds(took));
  if (!call_.spent) return;
  if (system_ == dependency::postgresql) {
    call_.spent->database += took;
    call_.spent->asked_database = true;
  } else {
    call_.spent->cache += took;
    call_.spent->asked_cache = true;
  }
}

void observed_call::failed(const core::error_code& error) {
  if (!span_.recorded()) return;
  const std::string state = sqlstate(error);
  if (!state.empty()) span_.set("db.response.status_code", state);
  span_.set("error.type", state.empty() ? core::to_label(core::classify(error)) : state);
  span_.fail(error.message());
}

}  // namespace api
