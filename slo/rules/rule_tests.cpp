#include "slo/rules/rule_tests.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"
#include "slo/rules/example_series.hpp"
#include "slo/rules/minute_history.hpp"

namespace slo {

namespace {

constexpr std::int64_t events_a_minute = 1'000'000;  // so that any threshold is hit closely
constexpr double rounding = 1e-6;
/// Up to here a test fills the whole long window; promtool evaluates every minute, so for longer
/// windows an eighth of it.
constexpr long longest_full_history = 6 * 60;

std::vector<test_series> input_of(const example_series& example, const counter_ratio& metric,
                                  const minute_history& history) {
  auto part = history.bad();
  auto remainder = history.events();
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (metric.part_is == event_kind::good) part[i] = history.events()[i] - part[i];
    if (example.part_in_total) remainder[i] -= part[i];
  }
  return {{example.part, fold_values(part)}, {example.remainder, fold_values(remainder)}};
}

/// The alert's rule of that window; the order of burn alerts is that of the windows.
std::vector<const rule*> burn_rules(const rule_group& group) {
  std::vector<const rule*> out;
  for (const auto& r : group.rules) {
    if (r.name == burn_alert_name) out.push_back(&r);
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// Annotations as Prometheus expands them for this value.
label_list expanded(label_list annotations, double value) {
  char number[32];
  std::snprintf(number, sizeof number, "%.1f", value);
  for (auto& [name, text] : annotations) {
    replace_all(text, value_template, number);
    replace_all(text, braces_template, "{{");
  }
  return annotations;
}

/// Builds the test of one burn-rate alert: a clean history, then errors at a steady ratio, then
/// clean again.
class burn_test {
 public:
  burn_test(const objective& o, const rule_group& group)
      : o_(o), windows_(alert_windows(o.period_minutes())), rules_(burn_rules(group)) {}

  std::size_t count() const { return windows_.size(); }

  rule_test make(std::size_t which, const example_series& example) const {
    const auto& w = windows_[which];
    minute_history history(o_);
    const long clean = w.long_minutes <= longest_full_history ? w.long_minutes : w.long_minutes / 8;
    history.append(clean, events_a_minute, 0);
    const double multiple = clean == w.long_minutes ? 2 : 4;
    const double error = std::min(1.0, multiple * w.factor.to_double() * o_.budget().to_double());
    const auto bad = std::llround(error * static_cast<double>(events_a_minute));

    rule_test test;
    test.name = name_of(w);
    const double factor = w.factor.to_double();
    const double above = reachable(w, 1.1) * factor;
    const auto step = [&](std::int64_t bad_now) {
      history.append(1, events_a_minute, bad_now);
      return history.minutes();
    };
    long at = step(bad);
    while (history.burn_rate(w.long_minutes, at) < 0.9 * factor * (1 - rounding)) at = step(bad);
    test.checks.push_back(check(history, at));
    while (history.burn_rate(w.long_minutes, at) < above * (1 - rounding) ||
           history.burn_rate(w.short_minutes, at) < above * (1 - rounding) ||
           !settled(history, at)) {
      at = step(bad);
    }
    test.checks.push_back(check(history, at));
    do {
      at = step(0);
    } while (history.firing(w, at) || !settled(history, at));
    test.checks.push_back(check(history, at));
    test.input = input_of(example, *o_.counters, history);
    return test;
  }

 private:
  /// The multiple of the threshold to test at: nearer to it when even all events failing would not
  /// reach it.
  double reachable(const alert_window& w, double multiple) const {
    const double most = 1 / (w.factor.to_double() * o_.budget().to_double());
    return std::min(multiple, (1 + most) / 2);
  }

  std::string name_of(const alert_window& w) const {
    const auto above = decimal(std::llround(reachable(w, 1.1) * 1000), 3);
    return o_.id + ": " + span_label(w.long_minutes) + " and " + span_label(w.short_minutes) +
           ", silent at 0.9 times " + w.factor.to_string() + ", firing at " + above.to_string() +
           " times, resolved after";
  }

  bool settled(const minute_history& history, long at) const {
    return std::all_of(windows_.begin(), windows_.end(),
                       [&](const auto& w) { return history.distance(w, at) > rounding; });
  }

  alert_check check(const minute_history& history, long at) const {
    alert_check out{at, burn_alert_name, {}};
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      if (!history.firing(windows_[i], at)) continue;
      const double value = history.burn_rate(windows_[i].long_minutes, at);
      out.firing.push_back({rules_[i]->labels, expanded(rules_[i]->annotations, value)});
    }
    return out;
  }

  const objective& o_;
  std::vector<alert_window> windows_;
  std::vector<const rule*> rules_;
};

rule_test no_data_test(const objective& o, const rule_group& group, const example_series& example) {
  const auto rule = std::find_if(group.rules.begin(), group.rules.end(),
                                 [](const auto& r) { return r.name == no_data_alert_name; });
  const long first = no_data_minutes + 5;
  rule_test test;
  test.name = o.id + ": no data is reported after " + std::to_string(no_data_minutes) +
              " minutes, until there is some";
  const auto absent = "_x" + std::to_string(first) + " 0+10x5";
  test.input = {{example.part, absent}, {example.remainder, absent}};
  test.checks.push_back({no_data_minutes - 1, no_data_alert_name, {}});
  test.checks.push_back(
      {no_data_minutes, no_data_alert_name, {{rule->labels, expanded(rule->annotations, 1)}}});
  test.checks.push_back({first + 1, no_data_alert_name, {}});
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

std::optional<std::vector<rule_test>> tests_of(const objective& o) {
  const auto example = make_example(*o.counters);
  if (!example) return std::nullopt;
  const auto group = rules_of(o);
  const burn_test burn(o, group);
  std::vector<rule_test> out;
  for (std::size_t i = 0; i < burn.count(); ++i) out.push_back(burn.make(i, *example));
  out.push_back(no_data_test(o, group, *example));
  return out;
}

}  // namespace slo
