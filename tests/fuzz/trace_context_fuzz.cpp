#include <string>

#include "core/trace_context.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// What was accepted is accepted again in the form in which it is sent on.
void check_parent(std::string_view text) {
  const auto context = core::parse_traceparent(text);
  if (!context) return;
  require(context->trace && context->span);
  const auto sent = core::format_traceparent(*context);
  const auto again = core::parse_traceparent({sent.data(), sent.size()});
  require(again && again->trace == context->trace && again->span == context->span &&
          again->flags == context->flags);
}

std::size_t count_members(std::string_view state) {
  return state.empty() ? 0
                       : 1 + static_cast<std::size_t>(std::count(state.begin(), state.end(), ','));
}

void check_state(std::string_view text) {
  auto state = core::trace_state::parse(text);
  const auto sent = state.to_string();
  require(sent.size() <= 512 && count_members(sent) <= 32);
  require(core::trace_state::parse(sent).to_string() == sent);
  // Several fields are one list (RFC 9110, 5.3).
  const auto cut = text.find(',');
  if (cut != text.npos) {
    auto lines = core::trace_state::parse(text.substr(0, cut));
    lines.append_line(text.substr(cut + 1));
    require(lines.to_string() == sent);
  }
  state.append_line(text);
  state.set("remora", "synthetic");
  require(state.get("remora") == "synthetic");
  require(state.to_string().starts_with("remora=synthetic"));
  require(state.to_string().size() <= 512 && count_members(state.to_string()) <= 32);
  state.erase("remora");
  require(!state.get("remora"));
}

/// A key and a value of any kind: what is outside of the grammar changes nothing.
void check_member(std::string_view key, std::string_view value) {
  auto state = core::trace_state::parse("a=b");
  state.set(key, value);
  const auto text = state.to_string();
  require(core::trace_state::parse(text).to_string() == text);
  if (text != "a=b") require(state.get(key) == value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  check_parent(text);
  check_state(text);
  const auto key = fuzz::take_until(text, '=');
  check_member(key, text);
  return 0;
}
