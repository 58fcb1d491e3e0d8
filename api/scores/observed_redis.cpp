#include "api/scores/observed_redis.hpp"

#include "api/queue/redis_messages.hpp"

namespace api {
namespace {

constexpr core::metric_family remora_cache_requests_total{
    "remora_cache_requests_total", "Looks into the shared cache of scores, by what they found.",
    core::metric_type::counter};

}  // namespace

observed_score_cache::observed_score_cache(tracer& t, score_cache& inner)
    : tracer_(t),
      inner_(inner),
      get_(t.owner(), dependency::redis, "GET", ""),
      set_(t.owner(), dependency::redis, "SET", ""),
      hits_(t.owner().metrics.counter(remora_cache_requests_total, {{"result", "hit"}})),
      misses_(t.owner().metrics.counter(remora_cache_requests_total, {{"result", "miss"}})),
      errors_(t.owner().metrics.counter(remora_cache_requests_total, {{"result", "error"}})) {}

core::task<core::result<std::optional<cached_score>>> observed_score_cache::get(call_context call,
                                                                                std::string isin) {
  observed_call observed(tracer_, get_, call);
  auto found = observed.seen(co_await inner_.get(observed.below(), std::move(isin)));
  (!found ? errors_ : *found ? hits_ : misses_).add();
  co_return found;
}

core::task<core::result<>> observed_score_cache::put(call_context call, cached_score entry) {
  observed_call observed(tracer_, set_, call);
  co_return observed.seen(co_await inner_.put(observed.below(), std::move(entry)));
}

observed_producer::observed_producer(tracer& t, message_producer& inner)
    : tracer_(t),
      inner_(inner),
      add_(t.owner(), dependency::redis, "XADD", ""),
      find_(t.owner(), dependency::redis, "MGET", "") {}

core::task<core::result<>> observed_producer::enqueue(call_context call, queued_message message) {
  active_span span =
      tracer_.start(call.parent, core::span_kind::producer, std::string("send ") + message_stream);
  if (span.recorded()) {
    span.set("messaging.system", "redis");
    span.set("messaging.operation.name", "send");
    span.set("messaging.operation.type", "send");
    span.set("messaging.destination.name", message_stream);
    span.set("messaging.message.id", message.id);
    const auto traceparent = core::format_traceparent(span.context());
    message.traceparent.assign(traceparent.data(), traceparent.size());
  }
  observed_call observed(tracer_, add_, call.below(span.context()));
  auto taken = observed.seen(co_await inner_.enqueue(observed.below(), std::move(message)));
  if (!taken) span.fail(taken.error().message());
  co_return taken;
}

core::task<core::result<queue_entry>> observed_producer::find(call_context call, std::string id) {
  observed_call observed(tracer_, find_, call);
  co_return observed.seen(co_await inner_.find(observed.below(), std::move(id)));
}

}  // namespace api
