#include "slo/rules/sloth_names.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"
#include "slo/rules/objective_windows.hpp"

namespace slo {

namespace {

constexpr long week = 7 * 24 * 60;
constexpr long year = 365 * 24 * 60;

/// The window as sloth spells it, which is as Prometheus' own duration type does: 28d is 4w.
std::string sloth_window(const objective& o, const std::string& window) {
  if (window != o.period.label || !o.period.rolling()) return window;
  const long minutes = o.period_minutes();
  if (minutes % year == 0) return std::to_string(minutes / year) + "y";
  return minutes % week == 0 ? std::to_string(minutes / week) + "w" : window;
}

label_list sloth_identity(const objective& o) {
  return {{"sloth_id", o.service + "-" + o.id}, {"sloth_service", o.service}, {"sloth_slo", o.id}};
}

const std::string* find(const label_list& labels, std::string_view name) {
  const auto at = std::find_if(labels.begin(), labels.end(),
                               [&](const auto& label) { return label.first == name; });
  return at == labels.end() ? nullptr : &at->second;
}

void append(label_list& labels, label_list more) {
  labels.insert(labels.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

void name_alert(const objective& o, label_list& labels) {
  const auto* severity = find(labels, "severity");
  const bool page = severity && *severity == to_label(slo::severity::page);
  const bool ticket = severity && *severity == to_label(slo::severity::ticket);
  append(labels, sloth_identity(o));
  if (page || ticket) labels.emplace_back("sloth_severity", page ? "page" : "ticket");
}

/// What sloth calls current: 5m, but for slices that are longer.
std::string shortest_window(const objective& o) {
  return span_label(recorded_windows_of(o).front());
}

/// The windows that a rule records: its own, or, of one that records several, all that are summed
/// from minutes at its group's pace.
std::vector<std::string> windows_of(const objective& o, const rule& r) {
  if (const auto* window = find(r.labels, "window")) return {*window};
  std::vector<std::string> out;
  for (const long window : recorded_windows_of(o)) {
    if (window <= longest_prompt_window) out.push_back(span_label(window));
  }
  return out;
}

/// A rule that records another one's series (of one window, unless it is "") under a name of
/// sloth's.
rule renamed(const objective& o, const rule& from, const std::string& window, std::string name,
             label_list more = {}) {
  rule out{rule::kind::record, std::move(name), {}, {}, from.labels, {}};
  const auto source = recorded(from.name.c_str(), o, window);
  out.expression = window.empty() ? source : "max without (window) (" + source + ")";
  std::erase_if(out.labels, [](const auto& label) { return label.first == "window"; });
  append(out.labels, sloth_identity(o));
  append(out.labels, std::move(more));
  return out;
}

rule info_rule(const objective& o, const rule& from) {
  auto out = renamed(o, from, {}, "sloth_slo_info",
                     {{"sloth_mode", "cli-gen-openslo"},
                      {"sloth_objective", o.target.times(100, 1, 13).to_string()},
                      {"sloth_spec", "openslo/v1"},
                      {"sloth_version", "remora-slo"}});
  out.expression = "vector(1)";
  return out;
}

std::vector<rule> renamed_ratios(const objective& o, const rule& from) {
  std::vector<rule> out;
  for (const auto& window : windows_of(o, from)) {
    const auto spelled = sloth_window(o, window);
    out.push_back(renamed(o, from, window, "slo:sli_error:ratio_rate" + spelled,
                          {{"sloth_window", spelled}}));
  }
  return out;
}

std::vector<rule> renamed_burn_rates(const objective& o, const rule& from) {
  std::vector<rule> out;
  for (const auto& window : windows_of(o, from)) {
    if (window == shortest_window(o)) {
      out.push_back(renamed(o, from, window, "slo:current_burn_rate:ratio"));
    }
    if (window == o.period.label) {
      out.push_back(renamed(o, from, window, "slo:period_burn_rate:ratio"));
    }
  }
  return out;
}

/// What sloth records of the same, to stand right behind it.
std::vector<rule> renamed_of(const objective& o, const rule& from) {
  if (from.name == "slo:error:ratio") return renamed_ratios(o, from);
  if (from.name == "slo:burn_rate:ratio") return renamed_burn_rates(o, from);
  if (from.name == "slo:error_budget_remaining:ratio") {
    return {renamed(o, from, {}, "slo:period_error_budget_remaining:ratio")};
  }
  if (from.name == "slo:period:days") {
    return {renamed(o, from, {}, "slo:time_period:days"), info_rule(o, from)};
  }
  return {};
}

bool is_shared(const rule& r) {
  return r.name == "slo:objective:ratio" || r.name == "slo:error_budget:ratio";
}

/// That both names have equal values, where the first of them has any.
value_check equal_names(const objective& o, long minute, const char* ours,
                        const std::string& sloths) {
  std::string joined = "slo_id";
  for (const auto& label : o.grouping) joined += ", " + label;
  return {minute,
          "count(" + series_text(sloths, sloth_identity(o)) + " == on (" + joined + ") " +
              recorded(ours, o, shortest_window(o)) + ")",
          "{}", "1"};
}

/// Null for labels of none of them.
const objective* objective_of(const label_list& labels, const std::vector<const objective*>& all) {
  const auto* id = find(labels, "slo_id");
  for (const auto* o : all) {
    if (id && o->id == *id) return o;
  }
  return nullptr;
}

/// Appends a rule with what sloth adds to it, and sloth's rules of the same.
void add_with_names(std::vector<rule>& to, rule r, const objective& o) {
  const bool alert = r.is == rule::kind::alert;
  auto more = alert ? std::vector<rule>{} : renamed_of(o, r);
  if (alert) name_alert(o, r.labels);
  if (is_shared(r)) append(r.labels, sloth_identity(o));
  to.push_back(std::move(r));
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

std::vector<rule_group> with_sloth_names(const std::vector<const objective*>& of_one_slo,
                                         std::vector<rule_group> groups) {
  for (auto& group : groups) {
    std::vector<rule> rules;
    for (auto& r : group.rules) {
      if (const auto* o = objective_of(r.labels, of_one_slo)) {
        add_with_names(rules, std::move(r), *o);
      } else {
        rules.push_back(std::move(r));
      }
    }
    group.rules = std::move(rules);
  }
  return groups;
}

std::vector<rule_test> with_sloth_names(const std::vector<const objective*>& of_one_slo,
                                        std::vector<rule_test> tests) {
  std::set<std::string> compared;
  for (auto& test : tests) {
    for (auto& check : test.checks) {
      for (auto& alert : check.firing) {
        const auto* o = objective_of(alert.labels, of_one_slo);
        if (!o) continue;
        name_alert(*o, alert.labels);
        // While a burn alert fires, both ratios are there.
        const bool comparable = check.alert == burn_alert_name && !o->composite();
        if (!comparable || !compared.insert(o->id).second) continue;
        test.values.push_back(equal_names(*o, check.minute, "slo:error:ratio",
                                          "slo:sli_error:ratio_rate" + shortest_window(*o)));
        test.values.push_back(
            equal_names(*o, check.minute, "slo:burn_rate:ratio", "slo:current_burn_rate:ratio"));
      }
    }
  }
  return tests;
}

}  // namespace slo
