#include "sidecar/proxy/trace_links.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family outbound_family{
    "remora_propagation_outbound_total",
    "Calls of the application by whether they came with a trace context; without one only those "
    "while a request was in flight.",
    core::metric_type::counter};

bool says_kept(const exchange_record& record) noexcept {
  return record.response && record.response->fields.find(core::field_name::remora_trace) ==
                                std::optional(trace_kept_value);
}

}  // namespace

inbound_trace::inbound_trace(std::shared_ptr<const tracing_settings> settings,
                             std::shared_ptr<tracing_state> state, flight_cell& flights)
    : settings_(std::move(settings)), state_(std::move(state)), flights_(&flights) {}

std::optional<reply> inbound_trace::before(exchange_record& record) {
  flights_->enter();
  record.in_flight = true;
  if (!record.context.sampled()) return std::nullopt;
  if (settings_->record == record_mode::all)
    state_->book.begin(record.context.trace, decide(record.trace_rules, settings_->rules).kept());
  if (state_->watches_roots())
    state_->roots.open(record.context, record.method, record.path,
                       record.listener->routes[static_cast<std::size_t>(record.route)].label);
  return std::nullopt;
}

// A caller that sampled the trace keeps its part anyway, and one without a context has none.
void inbound_trace::answering(exchange_record& record) {
  if (record.listener->trust != trust_level::peers) return;
  if (!record.caller || record.caller.sampled()) return;
  record.trace_rules |=
      outcome_rules(record, record.from_upstream() ? record.answered : record.received);
  if (state_->marks.contains(record.context.trace)) record.trace_rules |= bit(trace_rule::callee);
  if (decide(record.trace_rules, settings_->rules).kept())
    record.to_client.append(trace_kept_header).append(": ").append(trace_kept_value).append("\r\n");
}

void inbound_trace::after(exchange_record& record) {
  if (!record.in_flight) return;
  record.in_flight = false;
  flights_->leave();
  if (record.context.sampled() && state_->watches_roots())
    state_->roots.close(record.context, record.finished);
}

outbound_trace::outbound_trace(core::metrics_shard& metrics, const listener_settings& listener,
                               std::shared_ptr<const tracing_settings> settings,
                               std::shared_ptr<tracing_state> state)
    : with_context_(&metrics.counter(outbound_family,
                                     {{"upstream", listener.name}, {"result", "with_context"}})),
      without_context_(&metrics.counter(
          outbound_family, {{"upstream", listener.name}, {"result", "without_context"}})),
      settings_(std::move(settings)),
      state_(std::move(state)) {}

std::optional<reply> outbound_trace::before(exchange_record& record) {
  if (record.caller) {
    with_context_->add();
    if (record.caller.sampled() && state_->watches_roots())
      state_->roots.called(record.caller.trace);
  } else if (state_->any_in_flight()) {
    without_context_->add();
  }
  return std::nullopt;
}

void outbound_trace::answering(exchange_record& record) {
  const bool failing = failed(record) && settings_->rules.is_on(trace_rule::error);
  const bool kept = record.listener->upstream_tls && says_kept(record);
  if (failing || kept) state_->marks.mark(record.context.trace);
}

}  // namespace sidecar
