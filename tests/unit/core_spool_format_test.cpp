#include "core/spool_format.hpp"

#include <gtest/gtest.h>

namespace {

using core::spool_frame_overhead;
using core::spool_magic;

core::span_batch batch(std::uint64_t spans, std::string body) {
  return {std::move(body), spans};
}

/// Three frames of 1, 2 and 3 spans, written at 100, 200 and 300.
std::string three() {
  std::string out(spool_magic);
  core::append_frame(out, batch(1, "first"), 100);
  core::append_frame(out, batch(2, ""), 200);
  core::append_frame(out, batch(3, std::string(300, 'x')), 300);
  return out;
}
constexpr std::size_t first_end = 8 + spool_frame_overhead + 5;
constexpr std::size_t second_end = first_end + spool_frame_overhead;
constexpr std::size_t third_end = second_end + spool_frame_overhead + 300;

TEST(spool_format, frames_are_read_as_they_were_written) {
  const auto text = three();
  ASSERT_EQ(text.size(), third_end);
  std::size_t at = 0;
  const auto first = core::next_frame(text, at);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->written, 100u);
  EXPECT_EQ(first->spans, 1u);
  EXPECT_EQ(first->body, "first");
  EXPECT_EQ(at, first_end);
  EXPECT_EQ(core::next_frame(text, at)->body, "");
  EXPECT_EQ(core::next_frame(text, at)->body, std::string(300, 'x'));
  EXPECT_EQ(at, third_end);
  EXPECT_FALSE(core::next_frame(text, at));
  EXPECT_EQ(at, third_end) << "the end is not moved";
}

TEST(spool_format, the_bytes_are_those_of_the_documentation) {
  std::string out;
  core::append_frame(out, batch(2, "ab"), 0x0102030405060708);
  ASSERT_EQ(out.size(), 22u);
  EXPECT_EQ(out.substr(0, 4), std::string("\x0e\0\0\0", 4));
  EXPECT_EQ(out.substr(8), std::string("\x08\7\6\5\4\3\2\1\2\0\0\0ab", 14));
}

TEST(spool_format, a_survey_adds_up) {
  const auto found = core::survey_segment(three(), 0);
  EXPECT_EQ(found.spans, 6u);
  EXPECT_EQ(found.newest, 300u);
  EXPECT_EQ(found.damaged, 0u);
  EXPECT_EQ(found.end, third_end);
  EXPECT_EQ(core::survey_segment(three(), first_end).spans, 5u);
  EXPECT_EQ(core::survey_segment(three(), third_end).spans, 0u);
  EXPECT_EQ(core::survey_segment(three(), 1'000'000).damaged, 0u);
}

TEST(spool_format, a_tail_torn_at_any_byte_costs_only_the_torn_frame) {
  const auto whole = three();
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    const auto found = core::survey_segment(whole.substr(0, n), 0);
    const std::uint64_t spans = n >= third_end ? 6 : n >= second_end ? 3 : n >= first_end ? 1 : 0;
    const std::size_t end = n >= third_end    ? third_end
                            : n >= second_end ? second_end
                            : n >= first_end  ? first_end
                            : n >= 8          ? 8
                                              : 0;
    EXPECT_EQ(found.spans, spans) << n;
    EXPECT_EQ(found.end, end) << n;
    EXPECT_EQ(found.damaged, n - end) << n;
  }
}

TEST(spool_format, a_flipped_bit_is_noticed_wherever_it_is) {
  const auto whole = three();
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto text = whole;
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    const auto found = core::survey_segment(text, 0);
    EXPECT_LT(found.spans, 6u) << bit;
    EXPECT_GT(found.damaged, 0u) << bit;
  }
}

TEST(spool_format, a_damaged_body_costs_its_own_frame_only) {
  auto text = three();
  text[first_end - 1] ^= 1;
  const auto found = core::survey_segment(text, 0);
  EXPECT_EQ(found.spans, 5u);
  EXPECT_EQ(found.damaged, spool_frame_overhead + 5);
  EXPECT_EQ(found.end, third_end);
}

TEST(spool_format, zeros_at_the_end_are_no_frames) {
  const auto found = core::survey_segment(three() + std::string(4096, '\0'), 0);
  EXPECT_EQ(found.spans, 6u);
  EXPECT_EQ(found.damaged, 4096u);
  EXPECT_EQ(found.end, third_end);
}

TEST(spool_format, a_frame_of_another_size_than_its_length_is_none) {
  std::string frame;
  core::append_frame(frame, batch(1, "body"), 1);
  EXPECT_TRUE(core::read_frame(frame));
  EXPECT_FALSE(core::read_frame(frame + "x"));
  for (std::size_t n = 0; n < frame.size(); ++n)
    EXPECT_FALSE(core::read_frame(std::string_view(frame).substr(0, n))) << n;
}

TEST(spool_format, a_cursor_is_read_as_it_was_written) {
  const core::spool_cursor cursor{0x1122334455667788, 42};
  const auto text = core::encode_cursor(cursor);
  EXPECT_EQ(core::decode_cursor(text), cursor);
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_FALSE(core::decode_cursor(std::string_view(text).substr(0, n))) << n;
  EXPECT_FALSE(core::decode_cursor(text + "x"));
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    auto flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(core::decode_cursor(flipped)) << bit;
  }
}

}  // namespace
