// What of a run may be written down, the file that it becomes, and reading it again.
#include "probe/replay/bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "probe/replay/bundle_diff.hpp"
#include "probe/replay/bundle_maker.hpp"
#include "probe/report/reports.hpp"
#include "tests/unit/probe_bundle_runs.hpp"

namespace {

using namespace probe::tests;
using probe::bundle;
using probe::failures_config;
using testing::HasSubstr;
using testing::Not;

const core::wall_clock wall;

bundle made(const failures_config& rules = {}) {
  return make_bundle(leaking_run(), rules, wall);
}

failures_config everything() {
  failures_config rules;
  rules.headers = rules.bodies = rules.variables = {"*"};
  return rules;
}

TEST(bundle, names_what_failed_where_and_why) {
  const auto b = made();
  EXPECT_TRUE(b.failed);
  EXPECT_EQ(b.step + " " + b.where + " " + b.why, "read app status");
  EXPECT_EQ(b.trace_id, std::string(32, 'b'));
  EXPECT_EQ(b.secrets, std::vector<std::string>{}) << "no step refers to one";
  EXPECT_EQ(b.addresses, (probe::named_texts{{"shop.test", "192.0.2.7"}}));
  EXPECT_EQ(b.targets, (probe::named_texts{{"base", "http://shop.test"}}));
  ASSERT_EQ(b.steps.size(), 3u);
  EXPECT_EQ(b.steps[1].uuids.size(), 1u);
  EXPECT_TRUE(probe::is_bundle_id(b.id)) << b.id;
}

TEST(bundle, says_which_target_the_run_was_about) {
  auto run = leaking_run();
  const auto hash = make_bundle(run, {}, wall).configuration;
  auto s = std::make_shared<probe::scenario>(*run.scenario);
  s->about = {"blue", {{"base", "http://10.0.0.1:80"}, {"zone", "a"}}};
  run.scenario = s;
  const auto b = make_bundle(run, {}, wall);
  EXPECT_EQ(b.target, "blue");
  EXPECT_EQ(b.endpoint, (probe::named_texts{{"base", "http://10.0.0.1:80"}, {"zone", "a"}}));
  EXPECT_NE(b.configuration, hash);
  std::string wrong;
  EXPECT_EQ(probe::parse_bundle(to_json(b), wrong), b) << wrong;
}

TEST(bundle, shows_by_default_nothing_that_is_not_allowed) {
  const auto text = to_json(made());
  for (const auto* leak : {"cookie-value", "who@example.org", "Bearer"})
    EXPECT_THAT(text, Not(HasSubstr(leak)));
  const auto b = made();
  EXPECT_EQ(b.steps[1].url, "http://shop.test/read/<secret>?mail=<redacted>&flag");
  EXPECT_FALSE(b.steps[1].body.text);
  EXPECT_EQ(b.steps[1].body.size, leaking_run().steps[1].record->body_size);
  EXPECT_FALSE(b.steps[1].request_body.text);
}

TEST(bundle, shows_what_is_allowed_by_name_and_type) {
  failures_config rules;
  rules.headers = {"SET-cookie"};
  rules.bodies = {"application/json"};
  rules.variables = {"session"};
  const auto b = made(rules);
  EXPECT_EQ(b.steps[1].headers, (probe::named_texts{{"Content-Type", "<redacted>"},
                                                    {"Set-Cookie", "session=cookie-value"},
                                                    {"Server", "<redacted>"}}));
  EXPECT_EQ(b.steps[1].body.text, R"({"mail":"who@example.org","echo":"<secret>"})");
  for (const auto& v : b.variables) EXPECT_EQ(v.value.has_value(), v.name != "other") << v.name;
}

TEST(bundle, keeps_what_was_picked_at_random_for_the_replay) {
  for (const auto& v : made().variables) {
    EXPECT_EQ(v.picked, v.name == "id");
    EXPECT_EQ(v.value.has_value(), v.name == "id");
  }
}

TEST(bundle, never_shows_a_secret_whatever_is_allowed) {
  const auto b = made(everything());
  auto now = b;
  now.failed = false;
  const auto diff = compare_bundles(b, now);
  for (const auto& text : {to_json(b), entry_json(b), diff_text(diff), diff_json(diff)}) {
    EXPECT_THAT(text, Not(HasSubstr(a_secret)));
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  }
  EXPECT_THAT(to_json(b), HasSubstr("Bearer <secret>"));
}

TEST(bundle, cuts_bodies_behind_the_mask) {
  auto rules = everything();
  for (std::uint64_t most = 0; most < 60; ++most) {
    rules.max_body.bytes = most;
    const auto b = made(rules);
    EXPECT_LE(b.steps[1].body.text.value_or("").size(), most);
    EXPECT_THAT(to_json(b), Not(HasSubstr("hunter")));
  }
}

TEST(bundle, reads_back_as_it_was_written) {
  for (const auto& rules : {failures_config(), everything()}) {
    const auto b = made(rules);
    std::string wrong;
    const auto read = probe::parse_bundle(to_json(b), wrong);
    ASSERT_TRUE(read) << wrong;
    EXPECT_EQ(*read, b);
  }
}

TEST(bundle, that_was_cut_off_is_none) {
  const auto text = to_json(made());
  for (std::size_t i = 0; i + 2 < text.size(); i += 7) {
    std::string wrong;
    EXPECT_FALSE(probe::parse_bundle(text.substr(0, i), wrong));
    EXPECT_FALSE(wrong.empty());
  }
}

struct broken_case {
  const char* name;
  const char* what;
  const char* instead;
  const char* message;
};
class broken_bundle : public testing::TestWithParam<broken_case> {};
TEST_P(broken_bundle, says_what_is_wrong_and_where) {
  auto text = to_json(made());
  const std::string what = GetParam().what;
  const auto at = text.find(what);
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at, what.size(), GetParam().instead);
  std::string wrong;
  EXPECT_FALSE(probe::parse_bundle(text, wrong));
  EXPECT_THAT(wrong, HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(
    all, broken_bundle,
    testing::Values(
        broken_case{"another_file", "remora-bundle", "har", "it is no replay bundle"},
        broken_case{"a_later_version", "\"version\":1", "\"version\":9",
                    "its version is not known"},
        broken_case{"no_json", "{", "", "it is no JSON"},
        broken_case{"an_id_that_is_a_path", "\"id\":\"", "\"id\":\"../",
                    "id: has more than letters"},
        broken_case{"no_scenario", "\"scenario\"", "\"s\"", "scenario: is missing"},
        broken_case{"an_outcome", "\"outcome\":\"failed\"", "\"outcome\":\"maybe\"",
                    "outcome: is neither passed nor failed"},
        broken_case{"a_lag", "\"lag_seconds\":", "\"lag_seconds\":\"x\",\"y\":",
                    "lag_seconds: is no number of seconds"},
        broken_case{"a_status", "\"status\":500", "\"status\":\"500\"",
                    "steps[1].status: is no whole number"},
        broken_case{"a_negative_status", "\"status\":500", "\"status\":-500",
                    "steps[1].status: is no whole number"},
        broken_case{"a_huge_status", "\"status\":500", "\"status\":5000000000000",
                    "steps[1].status: is no whole number"},
        broken_case{"a_step_outcome", "\"step\":\"list\",\"outcome\":\"passed\"",
                    "\"step\":\"list\",\"outcome\":\"ok\"", "steps[0].outcome: is none of"},
        broken_case{"a_header", "[\"Host\",\"shop.test\"]", "[\"Host\"]",
                    "steps[1].request.headers[0]: is no pair"},
        broken_case{"a_phase", "\"wait\":", "\"wait\":null,\"x\":",
                    "steps[0].phases.wait: is no number of seconds"},
        broken_case{"a_variable", "\"picked\":true", "\"picked\":1",
                    "picked: is neither true nor false"},
        broken_case{"an_address", "\"192.0.2.7\"", "192", "addresses.shop.test: is no text"},
        broken_case{"secrets", "\"secrets\":[]", "\"secrets\":{}", "secrets: is no list"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(bundle, tells_all_problems_at_once) {
  std::string wrong;
  EXPECT_FALSE(probe::parse_bundle(R"({"format":"remora-bundle","version":1})", wrong));
  EXPECT_THAT(wrong, HasSubstr("id: is missing\n"));
  EXPECT_THAT(wrong, HasSubstr("steps: is missing"));
}

TEST(configuration_hash, changes_with_what_decides_a_run) {
  auto s = *path_scenario();
  probe::bindings constants;
  const auto first = configuration_hash(s, constants);
  EXPECT_EQ(first.size(), 64u);
  EXPECT_EQ(configuration_hash(s, constants), first);
  core::parse_base_url("http://x", constants.targets["base"]);
  const auto second = configuration_hash(s, constants);
  EXPECT_NE(second, first);
  s.source = std::make_shared<const std::string>("changed");
  EXPECT_NE(configuration_hash(s, constants), second);
}

TEST(without_query_values, keeps_names) {
  EXPECT_EQ(probe::without_query_values("http://a/b"), "http://a/b");
  EXPECT_EQ(probe::without_query_values("http://a/b?x=1&y=2&z"),
            "http://a/b?x=<redacted>&y=<redacted>&z");
  EXPECT_EQ(probe::without_query_values("http://a/b?x=1#f=2"), "http://a/b?x=<redacted>");
  EXPECT_EQ(probe::without_query_values("http://a/b?&="), "http://a/b?&=<redacted>");
}

TEST(bundle_diff, of_the_same_run_is_empty) {
  const auto b = made(everything());
  for (const auto& step : compare_bundles(b, b).steps) EXPECT_TRUE(step.same()) << step.name;
}

TEST(bundle_diff, tells_what_changed) {
  const auto then = made(everything());
  auto now = then;
  now.failed = false;
  now.steps[1].outcome = "passed";
  now.steps[1].status = 200;
  now.steps[1].headers[2].second = "shop 2";
  now.steps[1].body.text = R"({"mail":"x","echo":"<secret>"})";
  const auto d = compare_bundles(then, now);
  const auto text = diff_text(d);
  EXPECT_THAT(text, HasSubstr("status\n      then 500\n      now  200\n"));
  EXPECT_THAT(text, HasSubstr("header server\n      then shop <secret>\n      now  shop 2\n"));
  EXPECT_THAT(text,
              HasSubstr("      -   \"mail\": \"who@example.org\",\n      +   \"mail\": \"x\","));
  const auto json = boost::json::parse(diff_json(d));
  EXPECT_TRUE(json.at("passes_now").as_bool());
  EXPECT_FALSE(json.at("steps").at(1).at("same").as_bool());
}

TEST(bundle_diff, does_not_compare_what_is_redacted) {
  const auto then = made();
  auto now = made(everything());
  const auto d = compare_bundles(then, now);
  for (const auto& h : d.steps[1].headers) EXPECT_NE(h.name, "set-cookie");
  EXPECT_TRUE(d.steps[1].body.empty());
}

TEST(compare_texts, shows_changes_with_two_lines_around) {
  std::string then, now;
  for (int i = 0; i < 50; ++i) {
    then += std::to_string(i) + "\n";
    now += (i == 25 ? std::string("x") : std::to_string(i)) + "\n";
  }
  std::string marks;
  for (const auto& line : probe::compare_texts(then, now)) marks += line.mark;
  EXPECT_EQ(marks, "~  -+  ~");
}

TEST(compare_texts, is_bounded) {
  std::string then, now;
  for (int i = 0; i < 5000; ++i) {
    then += std::to_string(i) + std::string(500, 'a') + "\n";
    now += std::to_string(i) + std::string(500, 'b') + "\n";
  }
  const auto lines = probe::compare_texts(then, now);
  EXPECT_LE(lines.size(), 40u);
  for (const auto& line : lines) EXPECT_LE(line.text.size(), 200u);
}

/// Every report of a run whose details were masked, as the runner masks them.
TEST(secrets, are_in_no_report) {
  probe::run_recorder recorder(wall, core::now());
  recorder.note(leaking_run());
  recorder.note({{"path", ledger_of(1)}}, core::now());
  probe::run_metrics none;
  recorder.close(core::now(), false, none);
  const auto& s = recorder.summary();
  for (const auto& report :
       {text_report(s), json_report(s), junit_report(s, "h"), markdown_report(s), html_report(s)}) {
    EXPECT_THAT(report, Not(HasSubstr("hunter2")));
    EXPECT_THAT(report, Not(HasSubstr("who@example.org")));
  }
}

}  // namespace
