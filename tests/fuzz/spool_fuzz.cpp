#include <string>

#include "core/spool_format.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// Every frame that is found is one that we would have written, and the survey is their sum.
void check_segment(std::string_view text) {
  const auto found = core::survey_segment(text, 0);
  require(found.end <= text.size() && found.damaged <= text.size());
  if (!text.starts_with(core::spool_magic)) {
    require(found.spans == 0 && found.damaged == text.size());
    return;
  }
  std::uint64_t spans = 0;
  std::size_t at = 0, good = core::spool_magic.size();
  while (const auto frame = core::next_frame(text, at)) {
    spans += frame->spans;
    std::string again;
    core::append_frame(again, {std::string(frame->body), frame->spans}, frame->written);
    require(at >= again.size() && text.substr(at - again.size(), again.size()) == again);
    good += again.size();
  }
  require(spans == found.spans && good + found.damaged == text.size());
  // Cut behind the last whole frame, which is what recovery does, it holds the same.
  const auto cut = core::survey_segment(text.substr(0, found.end), 0);
  require(cut.spans == found.spans && cut.end == found.end);
}

void check_cursor(std::string_view text) {
  const auto cursor = core::decode_cursor(text);
  if (cursor) require(core::encode_cursor(*cursor) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_segment(text);
  check_cursor(text);
  // Most mutations spoil a checksum; written anew, what they hold is read.
  std::string segment(core::spool_magic);
  core::append_frame(segment, {std::string(text), size}, 1);
  segment += text;
  check_segment(segment);
  return 0;
}
