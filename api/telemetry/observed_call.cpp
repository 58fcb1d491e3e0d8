#include "api/telemetry/observed_call.hpp"

#include <array>

#include "core/sqlstate.hpp"

namespace api {
namespace {

constexpr std::array bounds{.001, .005, .01, .05, .1, .5, 1., 5., 10.};

operation make_operation(dependency what, std::string system, std::string name,
                         std::string target) {
  operation op;
  op.what = what;
  op.system = std::move(system);
  op.name = std::move(name);
  op.target = std::move(target);
  op.span_name = op.target.empty() ? op.name : op.name + " " + op.target;
  return op;
}

operation database_operation(core::worker& w, operation op) {
  op.duration =
      &w.metrics.histogram(db_client_operation_duration_seconds,
                           {{"db_system_name", op.system}, {"db_operation_name", op.name}});
  return op;
}

/// Why a dependency could not do its part, in a word; null when it did and its answer was no. The
/// classes of SQLSTATEs have PostgreSQL's names.
const char* unavailable(const core::error_code& error, std::string_view state) {
  if (state.empty()) return core::to_label(core::classify(error));
  struct state_class {
    std::string_view prefix;
    const char* name;
  };
  static constexpr std::array classes{
      state_class{"08", "connection_exception"}, state_class{"53", "insufficient_resources"},
      state_class{"57", "operator_intervention"}, state_class{"58", "system_error"}};
  for (const auto& c : classes)
    if (state.starts_with(c.prefix)) return c.name;
  return nullptr;
}

}  // namespace

const core::metric_family db_client_operation_duration_seconds{
    "db_client_operation_duration_seconds",
    "Duration of calls to PostgreSQL and the Redis of the cache.", core::metric_type::histogram,
    bounds};
const core::metric_family messaging_client_operation_duration_seconds{
    "messaging_client_operation_duration_seconds", "Duration of calls to the queue.",
    core::metric_type::histogram, bounds};

operation sql_operation(core::worker& w, std::string name, std::string table) {
  return database_operation(
      w, make_operation(dependency::database, "postgresql", std::move(name), std::move(table)));
}

operation cache_operation(core::worker& w, std::string command) {
  return database_operation(w, make_operation(dependency::cache, "redis", std::move(command), ""));
}

operation queue_operation(core::worker& w, std::string system, std::string name,
                          std::string destination) {
  operation op =
      make_operation(dependency::queue, std::move(system), std::move(name), std::move(destination));
  if (op.name == "send") op.kind = core::span_kind::producer;
  op.duration = &w.metrics.histogram(
      messaging_client_operation_duration_seconds,
      {{"messaging_system", op.system}, {"messaging_operation_name", op.name}});
  return op;
}

observed_call::observed_call(tracer& t, const operation& op, const call_context& call)
    : what_(op.what),
      duration_(*op.duration),
      call_(call),
      start_(core::now()),
      span_(t.start(call.parent, op.kind, op.span_name, start_)) {
  if (!span_.recorded()) return;
  const bool queue = op.what == dependency::queue;
  span_.set(queue ? "messaging.system" : "db.system.name", op.system);
  span_.set(queue ? "messaging.operation.name" : "db.operation.name", op.name);
  if (op.kind == core::span_kind::producer) span_.set("messaging.operation.type", "send");
  if (!op.target.empty())
    span_.set(queue ? "messaging.destination.name" : "db.collection.name", op.target);
}

observed_call::~observed_call() {
  const core::duration took = core::now() - start_;
  duration_.observe(core::seconds(took));
  if (call_.spent) call_.spent->add(what_, took);
}

void observed_call::failed(const core::error_code& error) {
  const std::string state = core::sqlstate(error);
  if (const char* why = unavailable(error, state); why && call_.spent)
    call_.spent->fail(what_, why);
  if (!span_.recorded()) return;
  if (!state.empty()) span_.set("db.response.status_code", state);
  span_.set("error.type", state.empty() ? core::to_label(core::classify(error)) : state);
  span_.fail(error.message());
}

}  // namespace api
