#include "sidecar/proxy/caller_context.hpp"

namespace sidecar {

std::optional<reply> caller_context::before(exchange_record& record) const {
  int parents = 0;
  std::optional<core::span_context> caller;
  if (!record.request->fields.has(core::field_name::traceparent)) return std::nullopt;
  for (const auto& f : record.request->fields.all()) {
    if (f.known == core::field_name::traceparent) {
      ++parents;
      caller = core::parse_traceparent(f.value);
    } else if (f.known == core::field_name::tracestate) {
      record.state.append_line(f.value);
    }
  }
  if (parents == 1 && caller)
    record.caller = *caller;
  else
    record.state = {};
  return std::nullopt;
}

}  // namespace sidecar
