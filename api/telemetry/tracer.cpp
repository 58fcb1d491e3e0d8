#include "api/telemetry/tracer.hpp"

#include "api/call_context.hpp"
#include "core/probe_signature.hpp"

namespace api {

bool is_synthetic(std::string_view tracestate) {
  if (tracestate.empty()) return false;
  const auto state = core::trace_state::parse(tracestate);
  const auto mark = state.get(core::probe_member);
  return mark && core::probe_purpose_of(*mark);
}

active_span::active_span(core::worker& w, core::span_sink& sink, core::span_context parent,
                         core::span_kind kind, std::string_view name, core::instant start)
    : worker_(w), sink_(sink), context_(parent) {
  if (!parent || !parent.sampled()) return;
  context_ = core::child_of(parent, w.random, true);
  span_.emplace();
  span_->context = context_;
  span_->parent = parent.span;
  span_->kind = kind;
  span_->name = name;
  span_->start = w.wall.unix_nanos(start);
}

active_span::~active_span() {
  if (!span_) return;
  span_->end = worker_.wall.unix_nanos(core::now());
  sink_.accept(std::move(*span_));
}

void active_span::set(const char* key, std::string_view value) {
  if (span_) span_->attributes.push_back({key, std::string(value)});
}

void active_span::set(const char* key, std::int64_t value) {
  if (span_) span_->attributes.push_back({key, value});
}

void active_span::link(const core::span_context& other) {
  if (span_) span_->links.push_back({other});
}

void active_span::fail(std::string_view why) {
  if (!span_) return;
  span_->error = true;
  span_->error_message = why;
}

}  // namespace api
