#include "api/queue/observed_messages.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace api {
namespace {

constexpr std::array bounds{.01, .05, .1, .25, .5, 1., 2.5, 5., 10., 30.};

constexpr core::metric_family remora_ingestion_duration_seconds{
    "remora_ingestion_duration_seconds", "Time from accepting a message to having it stored.",
    core::metric_type::histogram, bounds};
constexpr core::metric_family remora_sli_ingested_total{
    "remora_sli_ingested_total",
    "Accepted messages: good when stored within 5 s, bad when later or dead-lettered.",
    core::metric_type::counter};

std::int64_t unix_millis_now() noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

ingestion_metrics::series::series(core::worker& w, const char* synthetic)
    : duration(w.metrics.histogram(remora_ingestion_duration_seconds, {{"synthetic", synthetic}})),
      good(w.metrics.counter(remora_sli_ingested_total,
                             {{"synthetic", synthetic}, {"result", "good"}})),
      bad(w.metrics.counter(remora_sli_ingested_total,
                            {{"synthetic", synthetic}, {"result", "bad"}})) {}

ingestion_metrics::ingestion_metrics(core::worker& w) : user_(w, "false"), synthetic_(w, "true") {}

void ingestion_metrics::stored(const queued_message& m, std::int64_t unix_millis) {
  series& s = m.synthetic ? synthetic_ : user_;
  // Two clocks may disagree by a little; nothing is stored before it was accepted.
  const double took =
      static_cast<double>(std::max<std::int64_t>(0, unix_millis - m.accepted_at)) / 1e3;
  s.duration.observe(took);
  (took <= in_time_seconds ? s.good : s.bad).add();
}

void ingestion_metrics::never_stored(const queued_message& m) {
  (m.synthetic ? synthetic_ : user_).bad.add();
}

observed_message_store::observed_message_store(tracer& t, message_store& inner,
                                               ingestion_metrics& metrics, queue_name from)
    : tracer_(t),
      inner_(inner),
      metrics_(metrics),
      from_(std::move(from)),
      insert_(sql_operation(t.owner(), "INSERT", "message")),
      select_(sql_operation(t.owner(), "SELECT", "message")) {}

std::vector<active_span> observed_message_store::start_spans(
    const std::vector<queued_message>& batch) {
  std::vector<active_span> spans;
  for (const auto& m : batch) {
    const auto producer = core::parse_traceparent(m.traceparent);
    if (!producer || !producer->sampled()) continue;
    spans.push_back(
        tracer_.start(*producer, core::span_kind::consumer, "process " + from_.destination));
    active_span& span = spans.back();
    span.link(*producer);
    span.set("messaging.system", from_.system);
    span.set("messaging.operation.name", "process");
    span.set("messaging.operation.type", "process");
    span.set("messaging.destination.name", from_.destination);
    if (!from_.group.empty()) span.set("messaging.consumer.group.name", from_.group);
    span.set("messaging.message.id", m.id);
  }
  return spans;
}

core::task<core::result<std::vector<std::string>>> observed_message_store::store(
    call_context call, std::vector<queued_message> batch) {
  std::vector<active_span> spans = start_spans(batch);
  // One statement stores the whole batch: its span hangs below the first message's.
  if (!spans.empty()) call = call.below(spans.front().context());
  observed_call observed(tracer_, insert_, call);
  observed.set("db.operation.batch.size", static_cast<std::int64_t>(batch.size()));
  auto stored = observed.seen(co_await inner_.store(observed.below(), batch));
  if (!stored) {
    for (auto& span : spans) span.fail(stored.error().message());
    co_return stored;
  }
  std::unordered_map<std::string_view, const queued_message*> by_id;
  for (const auto& m : batch) by_id.emplace(m.id, &m);
  const std::int64_t now = unix_millis_now();
  for (const auto& id : *stored)
    if (const auto m = by_id.find(id); m != by_id.end()) metrics_.stored(*m->second, now);
  co_return stored;
}

core::task<core::result<std::int64_t>> observed_message_store::count(call_context call) {
  observed_call observed(tracer_, select_, call);
  co_return observed.seen(co_await inner_.count(observed.below()));
}

observed_consumer::observed_consumer(tracer& t, message_consumer& inner, ingestion_metrics& metrics,
                                     const queue_name& from)
    : tracer_(t),
      inner_(inner),
      metrics_(metrics),
      settle_(queue_operation(t.owner(), from.system, "settle", from.destination)),
      bury_(queue_operation(t.owner(), from.system, "bury", from.destination)),
      account_(queue_operation(t.owner(), from.system, "account", from.destination)) {}

core::task<core::result<std::vector<delivery>>> observed_consumer::recover(call_context call,
                                                                           std::size_t most) {
  return inner_.recover(std::move(call), most);
}

core::task<core::result<std::vector<delivery>>> observed_consumer::receive(call_context call,
                                                                           std::size_t most) {
  return inner_.receive(std::move(call), most);
}

core::task<core::result<>> observed_consumer::settle(call_context call,
                                                     std::vector<delivery> stored) {
  observed_call observed(tracer_, settle_, call);
  co_return observed.seen(co_await inner_.settle(observed.below(), std::move(stored)));
}

core::task<core::result<>> observed_consumer::bury(call_context call,
                                                   std::vector<dead_letter> letters) {
  observed_call observed(tracer_, bury_, call);
  auto buried = observed.seen(co_await inner_.bury(observed.below(), letters));
  if (buried)
    for (const auto& letter : letters) metrics_.never_stored(letter.what.message);
  co_return buried;
}

core::task<core::result<queue_account>> observed_consumer::account(call_context call) {
  observed_call observed(tracer_, account_, call);
  co_return observed.seen(co_await inner_.account(observed.below()));
}

core::task<> observed_consumer::leave(call_context call) {
  return inner_.leave(std::move(call));
}

}  // namespace api
