#include "core/trace_context.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/random_source.hpp"

namespace {

using core::parse_traceparent;
using core::span_context;
using core::trace_state;

const std::string trace = "12345678901234567890123456789012";
const std::string parent = "1234567890123456";
const std::string valid = "00-" + trace + "-" + parent + "-01";

std::string format(const span_context& context) {
  const auto text = core::format_traceparent(context);
  return {text.data(), text.size()};
}

TEST(traceparent, is_parsed_and_written_alike) {
  const auto context = parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03");
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace.hex(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(context->span.hex(), "b7ad6b7169203331");
  EXPECT_EQ(context->flags, 3);
  EXPECT_TRUE(context->sampled());
  EXPECT_EQ(format(*context), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03");
}

TEST(traceparent, every_prefix_is_invalid) {
  for (std::size_t n = 0; n < valid.size(); ++n) {
    const std::unique_ptr<char[]> copy(new char[n]);
    valid.copy(copy.get(), n);
    EXPECT_FALSE(parse_traceparent({copy.get(), n})) << n;
  }
}

TEST(traceparent, unknown_flags_are_cleared) {
  EXPECT_EQ(parse_traceparent("00-" + trace + "-" + parent + "-ff")->flags, 3);
  EXPECT_EQ(parse_traceparent("00-" + trace + "-" + parent + "-fc")->flags, 0);
  EXPECT_EQ(parse_traceparent("00-" + trace + "-" + parent + "-02")->flags, 2);
}

TEST(traceparent, a_later_version_goes_on_as_version_00) {
  const auto context = parse_traceparent("cc-" + trace + "-" + parent + "-01-more");
  ASSERT_TRUE(context);
  EXPECT_EQ(format(*context), valid);
}

// The cases of the W3C validation suite (trace-context/test/test.py), by its names.
struct header {
  const char* name;
  std::string value;
  bool accepted;
};
void PrintTo(const header& h, std::ostream* out) {
  *out << h.name;
}

class w3c_traceparent : public testing::TestWithParam<header> {};

TEST_P(w3c_traceparent, is_accepted_or_not) {
  EXPECT_EQ(parse_traceparent(GetParam().value).has_value(), GetParam().accepted)
      << GetParam().value;
}

INSTANTIATE_TEST_SUITE_P(
    traceparent, w3c_traceparent,
    testing::Values(
        header{"empty", "", false}, header{"valid", valid, true},
        header{"version_0x00_dot", valid + ".", false},
        header{"version_0x00_future", valid + "-what-the-future-will-be-like", false},
        header{"version_0x00_dash", valid + "-", false},
        header{"version_0xcc", "cc" + valid.substr(2), true},
        header{"version_0xcc_future", "cc" + valid.substr(2) + "-what-the-future-will-be-like",
               true},
        header{"version_0xcc_dash", "cc" + valid.substr(2) + "-", true},
        header{"version_0xcc_dot", "cc" + valid.substr(2) + ".what-the-future-will-be-like", false},
        header{"version_0x01", "01" + valid.substr(2), true},
        header{"version_0xff", "ff" + valid.substr(2), false},
        header{"version_upper_case", "CC" + valid.substr(2), false},
        header{"version_illegal_first", ".0" + valid.substr(2), false},
        header{"version_illegal_second", "0." + valid.substr(2), false},
        header{"version_too_long_3", "0" + valid, false},
        header{"version_too_long_4", "00" + valid, false},
        header{"version_too_short", valid.substr(1), false},
        header{"trace_id_all_zero", "00-" + std::string(32, '0') + "-" + parent + "-01", false},
        header{"trace_id_illegal_first", "00-." + trace.substr(1) + "-" + parent + "-01", false},
        header{"trace_id_illegal_last", "00-" + trace.substr(1) + ".-" + parent + "-01", false},
        header{"trace_id_upper_case", "00-ABCDEF78901234567890123456789012-" + parent + "-01",
               false},
        header{"trace_id_too_long", "00-" + trace + "3-" + parent + "-01", false},
        header{"trace_id_too_short", "00-" + trace.substr(1) + "-" + parent + "-01", false},
        header{"trace_id_too_short_and_more", "00-" + trace.substr(1) + "-" + parent + "-011",
               false},
        header{"parent_id_all_zero", "00-" + trace + "-" + std::string(16, '0') + "-01", false},
        header{"parent_id_illegal_first", "00-" + trace + "-." + parent.substr(1) + "-01", false},
        header{"parent_id_illegal_last", "00-" + trace + "-" + parent.substr(1) + ".-01", false},
        header{"parent_id_upper_case", "00-" + trace + "-ABCDEF7890123456-01", false},
        header{"parent_id_too_long", "00-" + trace + "-" + parent + "7-01", false},
        header{"parent_id_too_short", "00-" + trace + "-" + parent.substr(1) + "-01", false},
        header{"trace_flags_illegal_first", "00-" + trace + "-" + parent + "-.0", false},
        header{"trace_flags_illegal_second", "00-" + trace + "-" + parent + "-0.", false},
        header{"trace_flags_upper_case", "00-" + trace + "-" + parent + "-0A", false},
        header{"trace_flags_too_long", "00-" + trace + "-" + parent + "-001", false},
        header{"trace_flags_too_short", "00-" + trace + "-" + parent + "-1", false},
        header{"ows_space_before", " " + valid, true}, header{"ows_tab_before", "\t" + valid, true},
        header{"ows_behind", valid + " \t", true},
        header{"ows_around", "\t " + valid + "\t ", true},
        header{"space_inside", "00-" + trace + " " + parent + "-01", false},
        header{"underscores", "00_" + trace + "_" + parent + "_01", false}),
    [](const auto& info) { return info.param.name; });

TEST(span_context, a_new_root_is_random_and_says_so) {
  core::random_source random(1);
  const auto a = core::new_root(random, true);
  const auto b = core::new_root(random, false);
  EXPECT_TRUE(a);
  EXPECT_TRUE(a.span);
  EXPECT_NE(a.trace, b.trace);
  EXPECT_NE(a.span, b.span);
  EXPECT_EQ(a.flags, 3);
  EXPECT_EQ(b.flags, 2);
  EXPECT_TRUE(parse_traceparent(format(a)));
}

TEST(span_context, a_child_keeps_the_trace_and_the_random_flag) {
  core::random_source random(1);
  auto root = core::new_root(random, true);
  auto child = core::child_of(root, random, false);
  EXPECT_EQ(child.trace, root.trace);
  EXPECT_NE(child.span, root.span);
  EXPECT_EQ(child.flags, 2);
  root.flags = 0;
  EXPECT_EQ(core::child_of(root, random, true).flags, 1);
}

TEST(span_context, none_is_false) {
  EXPECT_FALSE(span_context());
  EXPECT_FALSE(core::span_id());
  EXPECT_EQ(core::span_id().hex(), "0000000000000000");
}

std::string members(int n) {
  std::string text;
  for (int i = 1; i <= n; ++i)
    text += (i > 1 ? ",bar" : "bar") + std::to_string(i) + "=" + std::to_string(i);
  return text;
}

std::string characters(char from, char to, const std::string& without = "") {
  std::string text;
  for (char c = from; c <= to; ++c) {
    if (without.find(c) == std::string::npos) text += c;
  }
  return text;
}

struct state_case {
  const char* name;
  std::string line;
  std::string sent;  // "" when the state is dropped
};
void PrintTo(const state_case& s, std::ostream* out) {
  *out << s.name;
}

class w3c_tracestate : public testing::TestWithParam<state_case> {};

TEST_P(w3c_tracestate, is_sent_on_or_dropped) {
  EXPECT_EQ(trace_state::parse(GetParam().line).to_string(), GetParam().sent);
}

const std::string every_key_character = characters('a', 'z') + characters('0', '9') + "_-*/@";
const std::string every_value_character = characters(' ', '~', ",=");

INSTANTIATE_TEST_SUITE_P(
    tracestate, w3c_tracestate,
    testing::Values(
        state_case{"empty_header", "", ""}, state_case{"one", "foo=1", "foo=1"},
        state_case{"two", "foo=1,bar=2", "foo=1,bar=2"},
        state_case{"duplicated_keys", "foo=1,foo=2", "foo=1,foo=2"},
        state_case{"empty_members", ",foo=1,, ,\tbar=2,", "foo=1,bar=2"},
        state_case{"ows_handling", "\tfoo=1 \t , \t bar=2, \t baz=3 ", "foo=1,bar=2,baz=3"},
        state_case{"all_allowed_characters", every_key_character + "=" + every_value_character,
                   every_key_character + "=" + every_value_character},
        state_case{"value_with_leading_space", "foo= 1", "foo= 1"},
        state_case{"key_starts_with_digit", "0foo=1", "0foo=1"},
        state_case{"key_with_several_at", "foo@bar@baz=1", "foo@bar@baz=1"},
        state_case{"key_illegal_space", "foo =1", ""}, state_case{"key_illegal_upper", "FOO=1", ""},
        state_case{"key_illegal_dot", "foo.bar=1", ""},
        state_case{"key_starts_with_at", "@foo=1", ""},
        state_case{"key_starts_with_underscore", "_foo=1", ""}, state_case{"key_empty", "=1", ""},
        state_case{"key_length_256", std::string(256, 'z') + "=1", std::string(256, 'z') + "=1"},
        state_case{"key_length_257", std::string(257, 'z') + "=1", ""},
        state_case{"value_illegal_equals", "foo=bar=baz", ""},
        state_case{"value_empty", "foo=,bar=3", ""}, state_case{"value_missing", "foo,bar=3", ""},
        state_case{"value_tab", "foo=a\tb", ""}, state_case{"value_delete", "foo=a\x7f", ""},
        state_case{"value_beyond_ascii", "foo=\xc3\xa9", ""},
        state_case{"value_length_256", "a=" + std::string(256, 'v'), "a=" + std::string(256, 'v')},
        state_case{"value_length_257", "a=" + std::string(257, 'v'), ""},
        state_case{"member_count_32", members(32), members(32)},
        state_case{"member_count_33", members(33), ""},
        state_case{"one_bad_member_drops_all", "foo=1,bar=2,BAZ=3", ""}),
    [](const auto& info) { return info.param.name; });

TEST(trace_state, every_prefix_is_parsed_or_dropped) {
  const std::string line = "foo=1 \t, bar@x=2,baz=" + every_value_character;
  for (std::size_t n = 0; n <= line.size(); ++n) {
    const std::string prefix = line.substr(0, n);
    const auto sent = trace_state::parse(prefix).to_string();
    EXPECT_LE(sent.size(), n);
    EXPECT_EQ(trace_state::parse(sent).to_string(), sent);
  }
}

TEST(trace_state, lines_are_joined_in_their_order) {
  auto state = trace_state::parse("foo=1");
  state.append_line("bar=2,baz=3");
  state.append_line("");
  EXPECT_EQ(state.to_string(), "foo=1,bar=2,baz=3");
}

TEST(trace_state, an_invalid_line_drops_the_ones_before_and_after) {
  auto state = trace_state::parse("foo=1");
  state.append_line("BAR=2");
  EXPECT_TRUE(state.empty());
  state.append_line("baz=3");
  EXPECT_TRUE(state.empty());
}

TEST(trace_state, members_are_counted_over_all_lines) {
  auto state = trace_state::parse(members(32));
  state.append_line("a=1");
  EXPECT_TRUE(state.empty());
}

TEST(trace_state, get_finds_whole_keys) {
  const auto state = trace_state::parse("foobar=1,foo=2,bar= x");
  EXPECT_EQ(state.get("foo"), "2");
  EXPECT_EQ(state.get("bar"), " x");
  EXPECT_EQ(state.get("fo"), std::nullopt);
  EXPECT_EQ(state.get(""), std::nullopt);
  EXPECT_EQ(trace_state().get("foo"), std::nullopt);
  EXPECT_EQ(trace_state::parse("foo=1,foo=2").get("foo"), "1");
}

TEST(trace_state, set_moves_the_member_to_the_front) {
  auto state = trace_state::parse("a=1,b=2,c=3");
  state.set("c", "4");
  EXPECT_EQ(state.to_string(), "c=4,a=1,b=2");
  state.set("d", "5");
  EXPECT_EQ(state.to_string(), "d=5,c=4,a=1,b=2");
}

TEST(trace_state, set_on_nothing) {
  trace_state state;
  state.set("a", "1");
  EXPECT_EQ(state.to_string(), "a=1");
}

TEST(trace_state, set_drops_the_last_member_beyond_32) {
  auto state = trace_state::parse(members(32));
  state.set("new", "1");
  EXPECT_EQ(state.to_string(), "new=1," + members(31));
  state.set("bar31", "x");
  EXPECT_EQ(state.to_string(), "bar31=x,new=1," + members(30));
}

TEST(trace_state, set_ignores_what_could_not_be_sent) {
  auto state = trace_state::parse("a=1");
  state.set("B", "1");
  state.set("b", "");
  state.set("b", "1,2");
  EXPECT_EQ(state.to_string(), "a=1");
}

TEST(trace_state, erase_takes_every_member_of_the_key) {
  auto state = trace_state::parse("a=1,b=2,a=3");
  state.erase("a");
  EXPECT_EQ(state.to_string(), "b=2");
  state.erase("x");
  state.erase("b");
  EXPECT_TRUE(state.empty());
}

TEST(trace_state, is_whole_up_to_512_characters) {
  const std::string line = "a=" + std::string(253, 'x') + ",b=" + std::string(254, 'y');
  ASSERT_EQ(line.size(), 512u);
  EXPECT_EQ(trace_state::parse(line).to_string(), line);
}

TEST(trace_state, large_members_are_cut_first) {
  const std::string large = "big=" + std::string(200, 'x');
  const std::string medium = std::string(100, 'y');
  const std::string rest = "b=" + medium + ",c=" + medium + ",d=" + medium + ",e=" + medium;
  EXPECT_EQ(trace_state::parse("a=1," + large + "," + rest).to_string(), "a=1," + rest);
}

TEST(trace_state, then_the_last_members_are_cut) {
  std::string line, kept;
  for (char c = 'a'; c <= 'j'; ++c) {
    line += (line.empty() ? "" : ",") + std::string(1, c) + "=" + std::string(98, 'x');
    if (c == 'e') kept = line;
  }
  EXPECT_EQ(trace_state::parse(line).to_string(), kept);
}

}  // namespace
