#include "sidecar/relay/span_relay.hpp"

#include <unordered_map>

#include "sidecar/relay/otlp_splice.hpp"

namespace sidecar {

std::optional<core::drop_reason> span_relay::accept(core::span_batch&& batch) {
  const bool watch = state_.watches_roots();
  if (watch) {
    state_.roots.spans_came(core::now());
    const auto detail = learn_ ? span_detail::http_route : span_detail::none;
    const auto look = [this](const span_view& s) { look_at(s); };
    if (!visit_spans(batch.body, look, detail)) {
      sink_.refuse(batch.spans, core::drop_reason::invalid);
      return core::drop_reason::invalid;
    }
  }
  return state_.records_all() ? split(std::move(batch)) : pass(std::move(batch));
}

void span_relay::look_at(const span_view& s) {
  const bool entry = s.kind == core::span_kind::server || s.kind == core::span_kind::internal;
  if (!s.parent) {
    if (s.kind == core::span_kind::server && !state_.roots.knows(s.trace))
      state_.roots.saw_foreign_root();
    return;
  }
  const auto parent = state_.roots.saw(s.trace, s.parent);
  if (parent && learn_ && entry && !s.http_route.empty() && !parent->path.empty())
    learn_(parent->method, parent->path, s.http_route);
}

std::optional<core::drop_reason> span_relay::pass(core::span_batch&& batch) {
  state_.book.passed(batch.body, batch.spans);
  return sink_.accept(std::move(batch));
}

std::optional<core::drop_reason> span_relay::split(core::span_batch&& batch) {
  struct part {
    std::uint64_t spans = 0;
    bool goes_on = false;
  };
  std::unordered_map<core::trace_id, part, trace_hash> parts;
  const auto tally = [&](const span_view& s) { ++parts[s.trace].spans; };
  const auto all = visit_spans(batch.body, tally);
  if (!all) {
    sink_.refuse(batch.spans, core::drop_reason::invalid);
    return core::drop_reason::invalid;
  }
  auto body = state_.book.hold(std::move(batch.body));
  const auto now = core::now();
  std::uint64_t going_on = 0;
  for (auto& [trace, p] : parts) {
    p.goes_on = !trace || state_.book.place(trace, p.spans, body, now);
    if (p.goes_on) going_on += p.spans;
  }
  if (going_on == 0) return std::nullopt;
  if (going_on == *all)  // nobody holds the body
    return pass({std::move(*body).take(), going_on});
  auto rest = splice(body->text(), [&](const span_view& s) { return parts[s.trace].goes_on; });
  if (rest)
    pass({std::move(*rest), going_on});
  else
    sink_.refuse(going_on, core::drop_reason::invalid);
  return std::nullopt;
}

}  // namespace sidecar
