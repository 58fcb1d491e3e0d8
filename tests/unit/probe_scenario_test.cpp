#include "probe/format/scenario.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <fstream>

#include "probe/format/scenario_reader.hpp"

namespace {

using namespace std::chrono_literals;

std::optional<std::string> no_environment(const std::string&) {
  return std::nullopt;
}

probe::bindings constants() {
  probe::bindings out;
  core::parse_base_url("http://127.0.0.1:8080", out.targets["base"]);
  out.secrets["write_token"] = core::secret("t");
  return out;
}

probe::scenario_list read(const std::string& text, core::problems& found) {
  return probe::parse_scenarios("s.yaml", text, constants(), found, no_environment);
}

std::string problems_of(const std::string& text) {
  core::problems found;
  read(text, found);
  return found.to_string();
}

constexpr const char* whole = R"(name: path
description: A path.
interval: 100ms
timeout: 10s
step_timeout: 2s
max_running: 3
sign: false
trace: false
steps:
  - name: list
    http:
      method: GET
      url: ${target.base}/v1/things?limit=5
      headers: {accept: application/json, authorization: "Bearer ${secret.write_token}"}
    timeout: 1s
    expect:
      status: [200, 204-206]
      headers: [{name: content-type, matches: json}]
      json:
        - {pointer: /items, type: array}
        - {pointer: /items/0/id, exists: true, matches: "^[a-z]"}
      contains: items
      latency: 500ms
    extract:
      id: {json: /items, pick: random, item: /id, regex: "[a-z]+"}
  - name: submit
    http: {method: POST, url: "${target.base}/v1/things/${id}", json: {n: 1, s: "${uuid}"}}
    extract: {ticket: {header: location}}
  - name: stored
    http: {url: "${target.base}${ticket}"}
    poll: {until: {status: 200}, while: [202, 404], every: 50ms, at_most: 3s}
always:
  - name: clean
    http: {method: DELETE, url: "${target.base}/v1/things/${id}"}
    expect: {status: [2xx, 404]}
)";

TEST(scenario, everything_that_is_written_is_read) {
  core::problems found;
  const auto list = read(whole, found);
  ASSERT_TRUE(found.empty()) << found.to_string();
  ASSERT_EQ(list.size(), 1u);
  const auto& s = *list[0];
  EXPECT_EQ(s.name, "path");
  EXPECT_EQ(s.interval, 100ms);
  EXPECT_EQ(s.timeout, 10s);
  EXPECT_EQ(s.max_running, 3);
  EXPECT_FALSE(s.sign);
  EXPECT_FALSE(s.trace);
  ASSERT_EQ(s.step_count(), 4u);
  EXPECT_EQ(s.at(3).name, "clean");
  EXPECT_EQ(s.timeout_of(s.at(0)), 1s);
  EXPECT_EQ(s.timeout_of(s.at(1)), 2s);
  EXPECT_EQ(s.at(0).expect.json[1].pointer.text(), "/items/0/id");
  EXPECT_EQ(s.at(0).extract.at("id").pick, probe::item_choice::random);
  EXPECT_EQ(s.at(2).poll->every, 50ms);
  EXPECT_TRUE(s.at(2).poll->meanwhile.contains(404));
  EXPECT_EQ(s.source_text(), whole);
  EXPECT_NE(s.digest, core::sha256_digest{});
}

TEST(scenario, a_polled_step_is_right_with_the_status_it_waited_for) {
  core::problems found;
  const auto list = read(R"(name: gone
steps:
  - name: wait
    http: {url: "${target.base}/x"}
    poll: {until: {status: 404}}
)",
                         found);
  ASSERT_TRUE(found.empty()) << found.to_string();
  EXPECT_TRUE(list[0]->at(0).expect.status.contains(404));
}

TEST(scenario, a_file_may_hold_several) {
  core::problems found;
  const auto one = [](const char* name) {
    return std::string("name: ") + name + "\nsteps: [{name: a, http: {url: \"http://x/\"}}]\n";
  };
  EXPECT_EQ(read(one("a") + "---\n" + one("b"), found).size(), 2u);
  EXPECT_TRUE(found.empty()) << found.to_string();
}

TEST(scenario, all_problems_are_reported_at_once) {
  const auto text = problems_of(R"(name: path
interval: 0s
colour: red
steps:
  - name: a
    http: {url: "${target.base}/", verb: GET}
    expect: {status: 2000, json: [{pointer: x, equals: 1}], matches: "("}
)");
  for (const char* part : {"s.yaml:2:11:", "s.yaml:3:1:", "s.yaml:6:", "s.yaml:7:22:",
                           "JSON Pointer", "regular expression"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
}

struct broken_case {
  const char* name;
  const char* text;
  const char* problem;
};

class broken_scenario : public testing::TestWithParam<broken_case> {};
TEST_P(broken_scenario, is_a_problem_with_its_place) {
  EXPECT_NE(problems_of(GetParam().text).find(GetParam().problem), std::string::npos)
      << problems_of(GetParam().text);
}

#define STEP(rest) "name: s\nsteps:\n  - name: a\n    " rest "\n"
#define HTTP "http: {url: \"http://x/\"}\n    "

INSTANTIATE_TEST_SUITE_P(
    problems, broken_scenario,
    testing::Values(
        broken_case{"empty_file", "", "empty"},
        broken_case{"no_name", "steps: [{name: a, http: {url: \"http://x/\"}}]", "name"},
        broken_case{"bad_name", "name: A b\nsteps: [{name: a, http: {url: \"http://x/\"}}]",
                    "s.yaml:1:7: \"A b\" is no name (expected up to 64 of a-z, 0-9, - and _)"},
        broken_case{"no_steps", "name: s\nsteps: []",
                    "s.yaml:2:8: no steps (expected at least one)"},
        broken_case{"step_without_check", STEP("timeout: 1s"), "the step checks nothing"},
        broken_case{"two_steps_of_a_name",
                    "name: s\nsteps:\n  - {name: a, http: {url: \"http://x/\"}}\nalways:\n"
                    "  - {name: a, http: {url: \"http://x/\"}}",
                    "s.yaml:5:12: a second step named \"a\""},
        broken_case{"unknown_target", STEP("http: {url: \"${target.other}/\"}"),
                    "s.yaml:4:17: unknown target \"other\" (expected one of base)"},
        broken_case{"unknown_secret", STEP(HTTP "expect: {contains: \"${secret.none}\"}"),
                    "unknown secret \"none\" (expected one of write_token)"},
        broken_case{"unknown_variable", STEP("http: {url: \"http://x/${id}\"}"),
                    "s.yaml:4:17: no earlier step extracts \"id\""},
        broken_case{"variable_of_the_same_step",
                    STEP("http: {url: \"http://x/${id}\"}\n    extract: {id: {json: /id}}"),
                    "no earlier step extracts \"id\""},
        broken_case{"malformed_reference", STEP("http: {url: \"http://x/${id\"}"),
                    "`${` without its `}`"},
        broken_case{"body_and_json", STEP("http: {url: \"http://x/\", body: a, json: {}}"),
                    "both body and json"},
        broken_case{"method_with_space", STEP("http: {url: \"http://x/\", method: \"GET /\"}"),
                    "\"GET /\" is no method"},
        broken_case{"header_of_ours", STEP("http: {url: \"http://x/\", headers: {Host: y}}"),
                    "\"Host\" is set by the probe itself"},
        broken_case{"header_with_colon", STEP("http: {url: \"http://x/\", headers: {\"a:\": y}}"),
                    "\"a:\" is no header name"},
        broken_case{"header_expects_nothing", STEP(HTTP "expect: {headers: [{name: etag}]}"),
                    "nothing is expected of the header"},
        broken_case{"json_expects_nothing", STEP(HTTP "expect: {json: [{pointer: /a}]}"),
                    "nothing is expected of the value"},
        broken_case{"missing_value_with_a_type",
                    STEP(HTTP "expect: {json: [{pointer: /a, exists: false, type: string}]}"),
                    "must not exist"},
        broken_case{"unknown_type", STEP(HTTP "expect: {json: [{pointer: /a, type: int}]}"),
                    "number"},
        broken_case{"empty_statuses", STEP(HTTP "expect: {status: []}"), "empty list of statuses"},
        broken_case{"extracts_nothing", STEP(HTTP "extract: {id: {}}"), "nothing says what"},
        broken_case{"extracts_twice", STEP(HTTP "extract: {id: {json: /a, header: b}}"),
                    "both json and header"},
        broken_case{"item_without_pick", STEP(HTTP "extract: {id: {json: /a, item: /b}}"),
                    "item without pick"},
        broken_case{"pick_without_json", STEP(HTTP "extract: {id: {header: a, pick: first}}"),
                    "pick without json"},
        broken_case{"bad_variable", STEP(HTTP "extract: {Id-1: {json: /a}}"),
                    "s.yaml:5:15: \"Id-1\" is no variable"},
        broken_case{"variable_named_uuid", STEP(HTTP "extract: {uuid: {json: /a}}"),
                    "\"uuid\" is no variable"},
        broken_case{"poll_without_until", STEP(HTTP "poll: {every: 1s}"), "until"},
        broken_case{"zero_timeout", STEP(HTTP "timeout: 0s"), "timeout"},
        broken_case{"negative_max_running",
                    "name: s\nmax_running: 0\nsteps: [{name: a, http: {url: \"http://x/\"}}]",
                    "max_running"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(scenario, its_schema_is_json_and_knows_every_field) {
  const auto schema = core::json_schema(core::table_of<probe::scenario>(), "scenario");
  const auto parsed = boost::json::parse(schema);
  const auto& properties = parsed.at("properties").as_object();
  for (const char* field : {"name", "interval", "steps", "always", "sign", "trace"})
    EXPECT_TRUE(properties.contains(field)) << field;
}

TEST(scenario_reader, every_prefix_of_a_scenario_is_read_or_refused) {
  const std::string text = whole;
  for (std::size_t size = 0; size < text.size(); size += 3) {
    core::problems found;
    const auto list = read(text.substr(0, size), found);
    EXPECT_TRUE(!found.empty() || !list.empty()) << size;
  }
}

/// A folder of its own for one test.
class scenario_folder : public testing::Test {
 protected:
  scenario_folder() {
    folder_ =
        std::filesystem::temp_directory_path() / ("remora-scenarios-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~scenario_folder() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& file, const std::string& name) {
    std::ofstream(folder_ / file) << "name: " << name
                                  << "\nsteps: [{name: a, http: {url: \"http://x/\"}}]\n";
  }
  probe::scenario_list load(core::problems& found) {
    return probe::load_scenarios({folder_.string()}, constants(), found, no_environment);
  }
  std::filesystem::path folder_;
};

TEST_F(scenario_folder, is_read_in_order_of_its_names) {
  write("b.yaml", "second");
  write("a.yml", "first");
  write("c.txt", "third");
  core::problems found;
  const auto list = load(found);
  ASSERT_TRUE(found.empty()) << found.to_string();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]->name, "first");
}

TEST_F(scenario_folder, two_of_a_name_are_a_problem) {
  write("a.yaml", "same");
  write("b.yaml", "same");
  core::problems found;
  load(found);
  EXPECT_NE(found.to_string().find("a second scenario named \"same\""), std::string::npos);
}

TEST_F(scenario_folder, without_scenarios_is_a_problem) {
  core::problems found;
  load(found);
  EXPECT_FALSE(found.empty());
}

TEST(shipped_scenarios, are_right) {
  for (const char* file : {"/probe/scenarios", "/deploy/local/load"}) {
    core::problems found;
    const auto list =
        probe::load_scenarios({REMORA_SOURCE_DIR + std::string(file)}, constants(), found);
    EXPECT_TRUE(found.empty()) << found.to_string();
    EXPECT_FALSE(list.empty());
  }
}

}  // namespace
