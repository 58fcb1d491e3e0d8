#include <string>

#include "sidecar/relay/share_controller.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

constexpr std::uint64_t whole = 1ULL << 56;

}  // namespace

/// Whatever a tracestate says: 56 bits, the id's own unless it says others in the one form that
/// counts, and what we write is read as we meant it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  core::span_context context;
  context.trace.bytes.fill(0x5a);
  context.flags = core::span_context::random_flag;
  const auto own = sidecar::randomness_of(context, {});

  auto state = core::trace_state::parse(text);
  const auto drawn = sidecar::randomness_of(context, state);
  require(drawn < whole);
  const auto member = state.get("ot");
  if (!member || member->find("rv:") == std::string_view::npos) require(drawn == own);

  const std::uint64_t ours = size * 0x9e3779b97f4a7c15ULL & (whole - 1);
  state.set("ot", sidecar::randomness_member(ours));
  require(sidecar::randomness_of(context, state) == ours);
  return 0;
}
