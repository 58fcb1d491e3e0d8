#include "probe/checks/expectation.hpp"

#include <gtest/gtest.h>

#include "probe/format/scenario_reader.hpp"

namespace {

using namespace std::chrono_literals;
using probe::failure_reason;

/// Reads the `expect` of a step as a scenario's author writes it.
probe::expectation expecting(const std::string& yaml) {
  core::problems found;
  probe::bindings constants;
  constants.targets["base"] = {};
  const auto list = probe::parse_scenarios(
      "t.yaml",
      "name: t\nsteps:\n  - name: a\n    http: {url: \"${target.base}/\"}\n"
      "    extract: {v: {json: /v}}\n  - name: b\n    http: {url: \"${target.base}/\"}\n"
      "    expect: " +
          yaml + "\n",
      constants, found, [](const std::string&) { return std::nullopt; });
  EXPECT_TRUE(found.empty()) << found.to_string();
  return found.empty() ? list.at(0)->steps.at(1).expect : probe::expectation();
}

std::optional<std::string> seven(const probe::template_reference&) {
  return "7";
}

probe::seen answer(int status, std::string body = "{}") {
  probe::seen out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

/// `reason: what` of every mismatch, one a line.
std::string mismatches(const std::string& yaml, const probe::seen& answer) {
  std::string out;
  for (const auto& m : compare(expecting(yaml), answer, seven))
    out += (out.empty() ? "" : "\n") + (to_label(m.why) + (": " + m.what));
  return out;
}

TEST(expectation, without_a_status_any_success_is_right) {
  EXPECT_EQ(mismatches("{}", answer(204)), "");
  EXPECT_EQ(mismatches("{}", answer(302)), "status: status is 302, expected 2xx");
}

TEST(expectation, a_status_is_one_of_a_set) {
  EXPECT_EQ(mismatches("{status: [200, 404]}", answer(404)), "");
  EXPECT_EQ(mismatches("{status: [200, 404]}", answer(503)),
            "status: status is 503, expected 200, 404");
}

TEST(expectation, headers_are_found_in_any_case) {
  auto a = answer(200);
  a.headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(mismatches("{headers: [{name: content-type, equals: application/json}]}", a), "");
  EXPECT_EQ(mismatches("{headers: [{name: content-type, matches: ^text/}]}", a),
            "header: header content-type is \"application/json\", expected a match of ^text/");
  EXPECT_EQ(mismatches("{headers: [{name: etag, matches: .}]}", a),
            "header: header etag is missing");
}

TEST(expectation, json_says_what_was_seen) {
  const auto a = answer(200, R"({"status":"pending","n":3,"list":[1,2],"o":{},"z":null})");
  EXPECT_EQ(mismatches("{json: [{pointer: /status, equals: stored}]}", a),
            "json: /status is string \"pending\", expected \"stored\"");
  EXPECT_EQ(mismatches("{json: [{pointer: /n, type: string}]}", a),
            "json: /n is number 3, expected type string");
  EXPECT_EQ(mismatches("{json: [{pointer: /list, type: object}]}", a),
            "json: /list is array of 2, expected type object");
  EXPECT_EQ(mismatches("{json: [{pointer: /x, exists: true}]}", a), "json: /x is missing");
  EXPECT_EQ(mismatches("{json: [{pointer: /z, exists: false}]}", a),
            "json: /z is null, expected nothing");
  EXPECT_EQ(mismatches("{json: [{pointer: /status, matches: ^s}]}", a),
            "json: /status is string \"pending\", expected a match of ^s");
}

TEST(expectation, numbers_are_compared_as_numbers) {
  const auto a = answer(200, R"({"a":1,"b":1.0,"c":71.2,"d":7.12E1,"s":"1"})");
  for (const char* pointer : {"/a", "/b"})
    EXPECT_EQ(mismatches(std::string("{json: [{pointer: ") + pointer + ", equals: 1}]}", a), "");
  for (const char* pointer : {"/c", "/d"})
    EXPECT_EQ(mismatches(std::string("{json: [{pointer: ") + pointer + ", equals: 71.2}]}", a), "");
  EXPECT_NE(mismatches("{json: [{pointer: /s, equals: 1}]}", a), "");
}

TEST(expectation, values_are_compared_whole_and_in_any_order_of_members) {
  const auto a = answer(200, R"({"o":{"b":[1,{"c":null}],"a":true}})");
  EXPECT_EQ(mismatches("{json: [{pointer: /o, equals: {a: true, b: [1.0, {c: null}]}}]}", a), "");
  EXPECT_NE(mismatches("{json: [{pointer: /o, equals: {a: true}}]}", a), "");
  EXPECT_EQ(mismatches("{json: [{pointer: '', type: object}]}", a), "");
}

TEST(expectation, variables_are_compared_as_strings) {
  EXPECT_EQ(mismatches("{json: [{pointer: /v, equals: '${v}'}]}", answer(200, R"({"v":"7"})")), "");
}

TEST(expectation, a_body_that_is_no_json_is_said_once) {
  EXPECT_EQ(mismatches("{json: [{pointer: /a, exists: true}, {pointer: /b, exists: true}]}",
                       answer(200, "<html>")),
            "json: the body is no JSON: \"<html>\"");
}

TEST(expectation, long_values_are_cut) {
  const auto text = mismatches("{json: [{pointer: /a, equals: x}]}",
                               answer(200, R"({"a":")" + std::string(5000, 'y') + R"("})"));
  EXPECT_LT(text.size(), 200u);
  EXPECT_NE(text.find("(5000 bytes)"), std::string::npos);
}

TEST(expectation, the_body_contains_and_matches) {
  EXPECT_EQ(mismatches("{contains: 'a ${v}', matches: c$}", answer(200, "a 7 b c")), "");
  EXPECT_EQ(mismatches("{contains: x, matches: ^c}", answer(200, "a 7 b c")),
            "body: the body does not contain \"x\"\nbody: the body does not match ^c");
}

TEST(expectation, latency_has_a_bound) {
  auto a = answer(200);
  a.took = 250ms;
  EXPECT_EQ(mismatches("{latency: 250ms}", a), "");
  EXPECT_EQ(mismatches("{latency: 200ms}", a), "latency: took 250ms, expected at most 200ms");
}

TEST(expectation, a_wrong_status_stands_alone) {
  EXPECT_EQ(mismatches("{status: 200, json: [{pointer: /a, exists: true}]}", answer(500)),
            "status: status is 500, expected 200");
}

}  // namespace
