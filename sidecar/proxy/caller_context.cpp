#include "sidecar/proxy/caller_context.hpp"

namespace sidecar {

std::optional<reply> caller_context::before(exchange_record& record) const {
  int parents = 0;
  std::optional<core::span_context> caller;
  for (const auto& f : record.request->fields.all()) {
    if (f.name.size() == 11 && core::iequals(f.name, "traceparent")) {
      ++parents;
      caller = core::parse_traceparent(f.value);
    } else if (f.name.size() == 10 && core::iequals(f.name, "tracestate")) {
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
