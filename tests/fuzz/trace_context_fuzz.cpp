#include <cstdint>
#include <cstdlib>

#include "core/trace_context.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

/// What was accepted is accepted again in the form in which it is sent on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto context = core::parse_traceparent(text)) {
    const auto sent = core::format_traceparent(*context);
    const auto again = core::parse_traceparent({sent.data(), sent.size()});
    require(again && again->trace == context->trace && again->span == context->span &&
            again->flags == context->flags);
  }

  auto state = core::trace_state::parse(text);
  const auto sent = state.to_string();
  require(sent.size() <= 512);
  require(core::trace_state::parse(sent).to_string() == sent);
  state.append_line(text);
  state.set("remora", "synthetic");
  require(state.get("remora") == "synthetic");
  state.erase("remora");
  require(!state.get("remora"));
  return 0;
}
