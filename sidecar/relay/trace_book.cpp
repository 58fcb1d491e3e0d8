#include "sidecar/relay/trace_book.hpp"

#include <algorithm>
#include <utility>

#include "core/exposition.hpp"
#include "sidecar/relay/otlp_splice.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family held_spans{"remora_trace_spans_held",
                                         "Spans that wait for the end of their request.",
                                         core::metric_type::gauge};
constexpr core::metric_family held_bytes{"remora_trace_bytes_held",
                                         "Bytes of relayed requests that spans wait in.",
                                         core::metric_type::gauge};
constexpr core::metric_family span_outcomes{
    "remora_trace_spans_total", "Spans of traces that begin here, by what became of them.",
    core::metric_type::counter};
constexpr std::array outcome_labels{"passed", "released", "discarded",
                                    "late",   "overflow", "expired"};

}  // namespace

trace_book::trace_book(core::span_sink& sink, const trace_hold_config& limits)
    : sink_(sink), limits_(limits) {
  const auto decisions = static_cast<std::size_t>(limits.decisions) / shard_count;
  for (auto& s : shards_) s = std::make_unique<shard>(std::max<std::size_t>(decisions, 1));
}

trace_book::standing trace_book::stands(const shard& in, const core::trace_id& trace) {
  if (const auto kept = in.decided.find(trace); kept && (*kept || !in.open.contains(trace)))
    return *kept ? standing::kept : standing::dropped;
  return in.open.contains(trace) ? standing::open : standing::unknown;
}

trace_book::standing trace_book::look(const core::trace_id& trace) const {
  const shard& in = of(trace);
  const std::lock_guard lock(in.mutex);
  return stands(in, trace);
}

void trace_book::begin(const core::trace_id& trace, bool kept) {
  waiting held;
  {
    shard& in = of(trace);
    const std::lock_guard lock(in.mutex);
    auto& open = in.open[trace];
    ++open.roots;
    if (!kept) return;
    in.decided.put(trace, true);
    held = std::exchange(open.held, {});
  }
  release(trace, std::move(held));
}

void trace_book::end(const core::trace_id& trace, bool kept) {
  waiting held;
  {
    shard& in = of(trace);
    const std::lock_guard lock(in.mutex);
    const auto at = in.open.find(trace);
    const bool last = at == in.open.end() || --at->second.roots == 0;
    if (kept || last) {
      in.decided.put(trace, kept);
      if (at != in.open.end()) held = std::exchange(at->second.held, {});
    }
    if (last && at != in.open.end()) in.open.erase(at);
  }
  if (kept)
    release(trace, std::move(held));
  else
    discard(held, core::drop_reason::not_sampled, outcome::discarded);
}

bool trace_book::room_for(std::uint64_t spans) const noexcept {
  return !closed_.load(std::memory_order_relaxed) &&
         spans_.load(std::memory_order_relaxed) + spans <=
             static_cast<std::uint64_t>(limits_.spans) &&
         bytes_.load(std::memory_order_relaxed) <= limits_.size.bytes;
}

void trace_book::add(waiting& to, std::uint64_t spans, core::instant now) {
  if (to.spans == 0) to.since = now;
  to.spans += spans;
  spans_.fetch_add(spans, std::memory_order_relaxed);
  sink_.hold(spans);
}

void trace_book::offer(core::span&& s, bool flagged, core::instant now) {
  const auto trace = s.context.trace;
  shard& in = of(trace);
  std::unique_lock lock(in.mutex);
  const auto where = stands(in, trace);
  if (where == standing::open && room_for(1)) {
    auto& held = in.open.find(trace)->second.held;
    add(held, 1, now);
    held.own.push_back(std::move(s));
    return;
  }
  lock.unlock();
  if (where == standing::open) {
    sink_.refuse(1, core::drop_reason::queue_full);
    count(outcome::overflow, 1);
  } else if (where == standing::kept || (where == standing::unknown && flagged)) {
    sink_.accept(std::move(s));
  }
}

bool trace_book::place(const core::trace_id& trace, std::uint64_t spans,
                       const std::shared_ptr<held_body>& body, core::instant now) {
  shard& in = of(trace);
  std::unique_lock lock(in.mutex);
  const auto where = stands(in, trace);
  if (where == standing::open && room_for(spans)) {
    auto& held = in.open.find(trace)->second.held;
    add(held, spans, now);
    held.pieces.push_back({body, spans});
    return false;
  }
  lock.unlock();
  if (where != standing::open && where != standing::dropped) return true;
  const bool late = where == standing::dropped;
  sink_.refuse(spans, late ? core::drop_reason::not_sampled : core::drop_reason::queue_full);
  count(late ? outcome::late : outcome::overflow, spans);
  return false;
}

void trace_book::passed(std::string_view body, std::uint64_t spans) {
  count(outcome::passed, spans);
  if (observer_) observer_(body);
}

void trace_book::release(const core::trace_id& trace, waiting&& held) {
  if (held.spans == 0) return;
  spans_.fetch_sub(held.spans, std::memory_order_relaxed);
  count(outcome::released, held.spans);
  for (auto& s : held.own) sink_.release(std::move(s));
  for (auto& part : held.pieces) {
    auto body = splice(part.body->text(), [&](const span_view& s) { return s.trace == trace; });
    part.body.reset();
    if (!body) {
      sink_.discard(part.spans, core::drop_reason::invalid);
      continue;
    }
    if (observer_) observer_(*body);
    sink_.release(core::span_batch{std::move(*body), part.spans});
  }
}

void trace_book::discard(const waiting& held, core::drop_reason reason, outcome as) {
  if (held.spans == 0) return;
  spans_.fetch_sub(held.spans, std::memory_order_relaxed);
  count(as, held.spans);
  sink_.discard(held.spans, reason);
}

template <class Which>
std::vector<trace_book::waiting> trace_book::take_if(Which which) {
  std::vector<waiting> taken;
  for (auto& in : shards_) {
    const std::lock_guard lock(in->mutex);
    for (auto& [trace, open] : in->open)
      if (open.held.spans > 0 && which(open.held)) taken.push_back(std::exchange(open.held, {}));
  }
  return taken;
}

void trace_book::sweep(core::instant now) {
  const auto old = [&](const waiting& held) { return now - held.since > limits_.age; };
  for (const auto& held : take_if(old))
    discard(held, core::drop_reason::queue_full, outcome::expired);
}

void trace_book::close() {
  closed_.store(true);
  for (const auto& held : take_if([](const waiting&) { return true; }))
    discard(held, core::drop_reason::shutdown, outcome::expired);
}

void trace_book::write_metrics(core::exposition_writer& out) const {
  if (out.family(held_spans)) out.gauge("", static_cast<double>(spans_.load()));
  if (out.family(held_bytes)) out.gauge("", static_cast<double>(bytes_.load()));
  if (!out.family(span_outcomes)) return;
  for (std::size_t i = 0; i < outcome_count; ++i)
    out.counter(std::string("outcome=\"") + outcome_labels[i] + '"',
                static_cast<double>(outcomes_[i].load()));
}

}  // namespace sidecar
