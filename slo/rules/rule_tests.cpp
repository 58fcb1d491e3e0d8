#include "slo/rules/rule_tests.hpp"

#include <algorithm>

#include "slo/rules/alert_plan.hpp"
#include "slo/rules/annotation_text.hpp"
#include "slo/rules/burn_test.hpp"
#include "slo/rules/rule_builder.hpp"
#include "slo/rules/series_names.hpp"
#include "slo/rules/test_feed.hpp"

namespace slo {

namespace {

constexpr long later = 6;  ///< minutes with data at the end of a test

/// What every objective without members counts with, later.
std::vector<test_series> presence_series(const slo_objectives& all, label_list& group) {
  std::vector<test_series> out;
  for (const auto* o : all) {
    if (o->composite()) continue;
    const test_feed feed(*o, all, false);
    group = feed.group();
    objective_history some(*o, {});
    some.append(later, 10, 0);
    auto more = feed.series(some);
    if (feed.by_windows()) {
      more = {{series_text(presence_of(*o), recorded_labels(*o, group)),
               steady_values("10", later + 1)}};
    }
    for (auto& series : more) {
      const bool there = std::any_of(out.begin(), out.end(),
                                     [&](const auto& s) { return s.series == series.series; });
      if (!there) out.push_back(std::move(series));
    }
  }
  return out;
}

/// Nothing for a while, then some: of all objectives of an SLO.
rule_test no_data_test(const slo_objectives& all, const rule_options& options) {
  const long first = no_data_minutes + 5;
  rule_test test;
  test.name = all.back()->name + ": no data is reported after " + std::to_string(no_data_minutes) +
              " minutes, until there is some";
  label_list group;
  test.input = presence_series(all, group);
  for (auto& input : test.input) input.values = steady_values("_", first) + " " + input.values;
  std::vector<expected_alert> firing;
  for (auto& label : group) label.second.clear();  // nothing is there to have labels
  for (const auto* o : all) {
    for (auto& alert : no_data_alerts(*o, options)) {
      for (auto& label : identity(*o)) alert.labels.push_back(std::move(label));
      firing.push_back({alert.labels, expanded(alert.annotations, 1, group)});
    }
  }
  test.checks = {{no_data_minutes - 1, no_data_alert_name, {}},
                 {no_data_minutes, no_data_alert_name, firing},
                 {first + later, no_data_alert_name, {}}};
  return test;
}

}  // namespace

std::string fold_values(const std::vector<std::int64_t>& values) {
  std::string out;
  for (std::size_t i = 0; i < values.size();) {
    const auto step = i + 1 < values.size() ? values[i + 1] - values[i] : 0;
    auto end = i + 1;
    while (end < values.size() && values[end] - values[end - 1] == step) ++end;
    if (!out.empty()) out += ' ';
    out += std::to_string(values[i]);
    if (end - i > 1) {
      out += (step < 0 ? "" : "+") + std::to_string(step) + "x" + std::to_string(end - i - 1);
    }
    i = end;
  }
  return out;
}

objective_tests tests_of(const objective& o, const slo_objectives& all,
                         const rule_options& options) {
  const burn_tests burn(o, all, options);
  const auto& alerts = burn.alerts();
  objective_tests out;
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    if (auto test = burn.make(i)) {
      out.tests.push_back(*std::move(test));
      continue;
    }
    out.notes.push_back(o.id + ": no unit test of " + alerts[i].name + " at " +
                        alerts[i].threshold.to_string() +
                        ", because no steady error ratio brings it about within days");
  }
  if (!burn.reason().empty()) {
    out.notes.push_back(o.id + ": its unit tests begin at the sums over windows: " + burn.reason());
  }
  if (&o == all.back()) out.tests.push_back(no_data_test(all, options));
  return out;
}

objective_tests tests_of(const objective& o) {
  return tests_of(o, {&o});
}

}  // namespace slo
