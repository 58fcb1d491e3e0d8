// W3C Trace Context level 2 over the whole layer path: what comes in, and what the head that is
// written for the upstream says.
#include <gtest/gtest.h>

#include "sidecar/proxy/head_writer.hpp"
#include "sidecar/proxy/layers.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;

const std::string trace = "12345678901234567890123456789012";
const std::string valid = "00-" + trace + "-1234567890123456-01";

class context_path : public ::testing::Test {
 protected:
  context_path() { settings.routes.push_back({"other", std::chrono::seconds(1), {}, {}}); }

  /// The fields of the head for the upstream that begin with `name`, as lines.
  std::vector<std::string> pass(const std::string& fields) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
    EXPECT_EQ(core::parse_request_head(bytes, 16384, head).state,
              core::head_parse::state::complete);
    record = {};
    record.listener = &settings;
    record.request = &head;
    caller_context().before(record);
    synthetic_mark(metrics, wall, nullptr).before(record);
    config.sample_ratio = 0;
    const auto state = std::make_shared<tracing_state>(sink, config, false);
    sampling(random, metrics, make_settings(config), state).before(record);
    head_buffer out(memory);
    write_request_head(out, record, {}, "192.0.2.1", false, false);
    EXPECT_FALSE(out.overflown());
    return lines_of(std::string(out.text()));
  }
  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0, end; (end = text.find("\r\n", at)) != text.npos; at = end + 2)
      out.push_back(text.substr(at, end - at));
    return out;
  }
  static std::vector<std::string> values(const std::vector<std::string>& lines, std::string name) {
    std::vector<std::string> out;
    name += ": ";
    for (const auto& line : lines)
      if (line.starts_with(name)) out.push_back(line.substr(name.size()));
    return out;
  }
  std::string parent_of(const std::string& fields) {
    const auto found = values(pass(fields), "traceparent");
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? "" : found[0];
  }
  std::string state_of(const std::string& fields) {
    const auto found = values(pass(fields), "tracestate");
    EXPECT_LE(found.size(), 1u);
    return found.empty() ? "" : found[0];
  }
  core::span_sink sink{"test", "0", "i", 10, true};
  core::metrics_shard metrics;
  core::wall_clock wall;
  core::random_source random{3};
  tracing_config config;
  listener_settings settings;
  core::request_head head;
  exchange_record record;
  char memory[16384];
};

struct incoming {
  const char* name;
  std::string fields;
  bool continued;  ///< the trace goes on; otherwise a new one begins, without the state
};
class parents : public context_path, public ::testing::WithParamInterface<incoming> {};

TEST_P(parents, are_continued_or_begin_a_new_trace) {
  const auto lines = pass(GetParam().fields + "tracestate: a=1\r\n");
  const auto sent = values(lines, "traceparent");
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].size(), 55u);
  EXPECT_TRUE(sent[0].starts_with("00-"));
  EXPECT_EQ(sent[0].substr(3, 32) == trace, GetParam().continued) << sent[0];
  EXPECT_EQ(sent[0].find("1234567890123456-0"), sent[0].npos) << "the parent id must be ours";
  EXPECT_EQ(values(lines, "tracestate").size(), GetParam().continued ? 1u : 0u);
}

std::string parent(const std::string& value) {
  return "traceparent: " + value + "\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    w3c, parents,
    ::testing::Values(
        incoming{"none", "", false}, incoming{"valid", parent(valid), true},
        incoming{"two", parent(valid) + parent(valid), false},
        incoming{"two_of_which_one_is_bad", parent("x") + parent(valid), false},
        incoming{"version_ff", parent("ff" + valid.substr(2)), false},
        incoming{"higher_version", parent("cc" + valid.substr(2)), true},
        incoming{"higher_version_with_more", parent("cc" + valid.substr(2) + "-more"), true},
        incoming{"higher_version_glued", parent("cc" + valid.substr(2) + "more"), false},
        incoming{"version_00_with_more", parent(valid + "-more"), false},
        incoming{"upper_case_name", "TRACEPARENT: " + valid + "\r\n", true},
        incoming{"white_space_around", "traceparent: \t " + valid + " \t\r\n", true},
        incoming{"upper_case_hex",
                 parent("00-ABCDEF78901234567890123456789012-1234567890123456-01"), false},
        incoming{"zero_trace", parent("00-" + std::string(32, '0') + "-1234567890123456-01"),
                 false},
        incoming{"zero_parent", parent("00-" + trace + "-" + std::string(16, '0') + "-01"), false},
        incoming{"empty", parent(""), false}, incoming{"cut", parent(valid.substr(0, 54)), false}),
    [](const auto& row) { return row.param.name; });

TEST_F(context_path, the_random_flag_is_copied_both_ways) {
  EXPECT_TRUE(parent_of(parent(valid.substr(0, 53) + "02")).ends_with("-02"));
  EXPECT_TRUE(parent_of(parent(valid.substr(0, 53) + "00")).ends_with("-00"));
}

TEST_F(context_path, a_new_trace_says_that_it_is_random) {
  EXPECT_TRUE(parent_of("").ends_with("-02"));
}

TEST_F(context_path, unknown_flags_are_not_sent_on) {
  EXPECT_TRUE(parent_of(parent(valid.substr(0, 53) + "fe")).ends_with("-02"));
}

TEST_F(context_path, a_trusted_sampled_flag_goes_on) {
  settings.trust = trust_level::peers;
  EXPECT_TRUE(parent_of(parent(valid)).ends_with("-01"));
}

TEST_F(context_path, states_of_several_fields_are_one_in_order) {
  EXPECT_EQ(state_of(parent(valid) + "tracestate: a=1, b=2\r\ntracestate:\r\nTraceState: c=3\r\n"),
            "a=1,b=2,c=3");
}

TEST_F(context_path, an_invalid_state_does_not_harm_the_parent) {
  const auto lines = pass(parent(valid) + "tracestate: A=1,,=\r\n");
  EXPECT_EQ(values(lines, "traceparent")[0].substr(3, 32), trace);
  EXPECT_TRUE(values(lines, "tracestate").empty());
}

std::string members(int n) {
  std::string out;
  for (int i = 1; i <= n; ++i)
    out += (i > 1 ? "," : "") + std::string("k") + std::to_string(i) + "=1";
  return out;
}

TEST_F(context_path, thirty_two_members_go_on_and_thirty_three_do_not) {
  EXPECT_EQ(state_of(parent(valid) + "tracestate: " + members(32) + "\r\n"), members(32));
  EXPECT_EQ(state_of(parent(valid) + "tracestate: " + members(33) + "\r\n"), "");
}

TEST_F(context_path, five_hundred_and_twelve_characters_go_on) {
  const std::string state = "a=" + std::string(253, 'x') + ",b=" + std::string(254, 'y');
  ASSERT_EQ(state.size(), 512u);
  EXPECT_EQ(state_of(parent(valid) + "tracestate: " + state + "\r\n"), state);
}

TEST_F(context_path, of_a_longer_state_large_members_go_first) {
  const std::string large = "big=" + std::string(200, 'x');
  const auto sent =
      state_of(parent(valid) + "tracestate: " + large + ",a=" + std::string(120, 'a') +
               ",b=" + std::string(120, 'b') + ",c=" + std::string(120, 'c') + "\r\n");
  EXPECT_EQ(sent.find("big="), sent.npos) << sent;
  EXPECT_EQ(sent.size(), 3 * 122 + 2u);
}

TEST_F(context_path, a_state_without_a_parent_is_dropped) {
  EXPECT_EQ(state_of("tracestate: a=1\r\n"), "");
}

TEST_F(context_path, baggage_passes_as_it_is) {
  const std::string value = "user=" + std::string(4000, 'u') + ";p=1,other=%20x";
  const auto lines = pass("baggage: " + value + "\r\nbaggage: second=2\r\n");
  EXPECT_EQ(values(lines, "baggage"), (std::vector<std::string>{value, "second=2"}));
}

TEST_F(context_path, recording_all_keeps_what_others_put_into_the_state) {
  config.record = record_mode::all;
  const auto state = state_of(parent(valid) + "tracestate: a=1,ot=th:8,b=2\r\n");
  EXPECT_TRUE(state.starts_with("ot=rv:")) << state;
  EXPECT_TRUE(state.ends_with(",a=1,b=2")) << state;
}

}  // namespace
