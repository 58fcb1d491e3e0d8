#include <boost/json/value.hpp>
#include <string>

#include "probe/checks/expectation.hpp"
#include "probe/checks/extraction.hpp"
#include "probe/format/scenario_reader.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

constexpr const char* scenario_text = R"(
name: fuzz
steps:
  - name: all
    http: {url: "http://h/"}
    expect:
      status: [200, 4xx]
      headers:
        - {name: content-type, matches: "^application/(problem\\+)?json"}
        - {name: x-id, equals: "seven"}
      json:
        - {pointer: /items/0/isin, type: string, matches: "^[A-Z]{2}[A-Z0-9]{9}[0-9]$"}
        - {pointer: /items/1, exists: false}
        - {pointer: /score, equals: {value: 71.2, list: [1, null, true, "a"]}}
      contains: "isin"
      matches: "(a|aa)+$"
    extract:
      body: {regex: "\"id\" *: *\"([^\"]*)\""}
      first: {json: /items, pick: first, item: /isin}
      last: {json: /items, pick: last, item: /isin, regex: "[0-9]+"}
      location: {header: location, regex: "[^/]+$"}
      score: {json: /score/value}
)";

const probe::step& step() {
  static const auto list = [] {
    core::problems found;
    const core::environment none = [](const std::string&) { return std::nullopt; };
    auto parsed = probe::parse_scenarios("fuzz.yaml", scenario_text, {}, found, none);
    require(found.empty());
    return parsed;
  }();
  return list.front()->steps.at(0);
}

/// A status, two headers and a body, a line each but for the body.
probe::seen answer_of(std::string_view input) {
  probe::seen out;
  out.status = 100 * (2 + fuzz::take_byte(input) % 4);
  for (const char* name : {"Content-Type", "Location", "X-Id"})
    out.headers.emplace_back(name, fuzz::take_until(input));
  out.body = input;
  return out;
}

void check_comparison(const probe::seen& answer) {
  const auto seven = [](const probe::template_reference&) -> std::optional<std::string> {
    return "seven";
  };
  const auto found = compare(step().expect, answer, seven);
  const bool status_is_right = answer.status == 200 || answer.status / 100 == 4;
  require((!found.empty() && found[0].why == probe::failure_reason::status) == !status_is_right);
  bool lacks_text = false, is_no_json = false;
  for (const auto& m : found) {
    require(!m.what.empty());
    lacks_text = lacks_text || m.why == probe::failure_reason::body;
    is_no_json = is_no_json || m.why == probe::failure_reason::json;
  }
  if (!status_is_right) return;
  require(lacks_text || answer.body.find("isin") != std::string::npos);
  require(is_no_json || (answer.json() && answer.json()->is_object()));
}

void check_extraction(const probe::seen& answer) {
  core::random_source random(1);
  for (const auto& [name, from] : step().extract) {
    std::string why;
    const auto value = extract(from, answer, random, why);
    require(value.has_value() == why.empty());
    if (!value) continue;
    require(value->size() <= probe::longest_variable);
    if (from.header) require(answer.header("location")->find(*value) != std::string::npos);
    if (name == "body") require(answer.body.find(*value) != std::string::npos);
  }
}

}  // namespace

/// Answers of the services that are probed, compared with what is expected and searched for values.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto answer = answer_of(fuzz::text_of(data, size));
  check_comparison(answer);
  check_extraction(answer);
  return 0;
}
