#include "api/queue/observed_producer.hpp"

namespace api {
namespace {

constexpr core::metric_family remora_queue_refusals_total{
    "remora_queue_refusals_total", "Messages that the queue did not take, by reason.",
    core::metric_type::counter};

}  // namespace

observed_producer::observed_producer(tracer& t, message_producer& inner, const std::string& system,
                                     const std::string& destination)
    : tracer_(t),
      inner_(inner),
      send_(queue_operation(t.owner(), system, "send", destination)),
      find_(queue_operation(t.owner(), system, "find", destination)),
      full_(t.owner().metrics.counter(remora_queue_refusals_total, {{"reason", "full"}})),
      not_durable_(
          t.owner().metrics.counter(remora_queue_refusals_total, {{"reason", "not_durable"}})),
      unavailable_(
          t.owner().metrics.counter(remora_queue_refusals_total, {{"reason", "unavailable"}})) {}

core::task<core::result<acceptance>> observed_producer::enqueue(call_context call,
                                                                queued_message message,
                                                                std::optional<idempotency> once) {
  observed_call observed(tracer_, send_, call);
  if (observed.recorded()) {
    observed.set("messaging.message.id", message.id);
    const auto traceparent = core::format_traceparent(observed.context());
    message.traceparent.assign(traceparent.data(), traceparent.size());
  }
  auto taken =
      observed.seen(co_await inner_.enqueue(observed.below(), std::move(message), std::move(once)));
  if (!taken) refused(taken.error());
  co_return taken;
}

void observed_producer::refused(const core::error_code& error) {
  if (error == queue_errc::full)
    full_.add();
  else if (error == queue_errc::not_durable)
    not_durable_.add();
  else
    unavailable_.add();
}

core::task<core::result<queue_entry>> observed_producer::find(call_context call, std::string id) {
  observed_call observed(tracer_, find_, call);
  co_return observed.seen(co_await inner_.find(observed.below(), std::move(id)));
}

}  // namespace api
