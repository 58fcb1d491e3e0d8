#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "slo/model/objective.hpp"
#include "slo/rules/rules.hpp"

/// Unit tests for promtool, derived from an objective: for every alert, silent at 0.9 times its
/// threshold, firing at 1.1 times, resolved after. Pure.
namespace slo {

/// A series and its values at minute 0, 1, … in promtool's notation.
struct test_series {
  std::string series;
  std::string values;
};

struct expected_alert {
  label_list labels;
  label_list annotations;
};

/// Every alert of that name that fires at that minute.
struct alert_check {
  long minute = 0;
  std::string alert;
  std::vector<expected_alert> firing;
};

/// What an expression gives at that minute: one series, or none.
struct value_check {
  long minute = 0;
  std::string expression;
  std::string labels;  ///< of the series, as `{a="b"}`
  std::string value;   ///< "" for no series
};

struct rule_test {
  std::string name;
  std::vector<test_series> input;
  std::vector<alert_check> checks;
  std::vector<value_check> values = {};
};

/// The tests of all alerts of an objective.
struct objective_tests {
  std::vector<rule_test> tests;
  std::vector<std::string> notes;  ///< for a person: what is not tested, and why
};

/// `all` are the objectives of its SLO: a composite's members are among them.
objective_tests tests_of(const objective& o, const slo_objectives& all,
                         const rule_options& options = {});
objective_tests tests_of(const objective& o);

/// Values in promtool's notation, runs of equal steps folded: `0+10x60 605+5x9`.
std::string fold_values(const std::vector<std::int64_t>& values);

}  // namespace slo
