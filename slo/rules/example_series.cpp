#include "slo/rules/example_series.hpp"

#include <algorithm>

#include "slo/model/label_matching.hpp"
#include "slo/rules/regex_sample.hpp"

namespace slo {

namespace {

constexpr std::size_t most_candidates = 256;

std::vector<std::string> candidate_values(const label_matcher& m) {
  switch (m.op) {
    case label_matcher::kind::equal: return {m.value};
    case label_matcher::kind::matches: return regex_samples(m.value);
    default: return {"", "other"};
  }
}

std::string value_of(const label_list& labels, const std::string& name) {
  for (const auto& [label, value] : labels) {
    if (label == name) return value;
  }
  return {};
}

/// All label sets that can be made up for a selector.
std::vector<label_list> candidates(const selector& s) {
  std::vector<label_list> sets{{}};
  for (const auto& m : s.matchers) {
    std::vector<label_list> next;
    for (const auto& set : sets) {
      const bool there = std::any_of(set.begin(), set.end(),
                                     [&](const auto& label) { return label.first == m.label; });
      if (there) {
        next.push_back(set);
        continue;
      }
      for (auto& value : candidate_values(m)) {
        auto extended = set;
        if (!value.empty()) extended.emplace_back(m.label, value);
        next.push_back(std::move(extended));
        if (next.size() > most_candidates) return {};
      }
    }
    sets = std::move(next);
  }
  std::erase_if(sets, [&](const label_list& set) { return !selects(s, s.metric, set); });
  return sets;
}

/// Adds the labels of the grouping that a series lacks; false when it has one with another value.
bool complete(label_list& labels, const std::vector<std::string>& grouping, label_list& group) {
  for (const auto& name : grouping) {
    const auto there = value_of(labels, name);
    const auto known = value_of(group, name);
    if (!known.empty() && !there.empty() && there != known) return false;
    const auto value = !there.empty() ? there : !known.empty() ? known : "example";
    if (there.empty()) labels.emplace_back(name, value);
    if (known.empty()) group.emplace_back(name, value);
  }
  return true;
}

/// What the total selects, as it is and in each way in which a condition of the part can be broken.
std::vector<label_list> remainders(const counter_ratio& metric) {
  auto out = candidates(metric.total);
  const auto plain = out;
  for (const auto& m : metric.part.matchers) {
    const bool negative = m.op == label_matcher::kind::not_matches;
    const auto values = negative ? regex_samples(m.value) : std::vector<std::string>{m.value};
    if (!negative && m.op != label_matcher::kind::not_equal) continue;
    for (const auto& labels : plain) {
      for (const auto& value : values) {
        if (!value_of(labels, m.label).empty()) continue;
        out.push_back(labels);
        out.back().emplace_back(m.label, value);
      }
    }
  }
  return out;
}

/// A series of the total that is none of the part's, beside this one of the part.
std::optional<example_series> beside(const counter_ratio& metric, label_list part,
                                     const std::vector<std::string>& grouping) {
  example_series out;
  if (!complete(part, grouping, out.group)) return std::nullopt;
  out.part = series_text(metric.part.metric, part);
  out.part_labels = part;
  out.part_in_total = selects(metric.total, metric.part.metric, part);
  for (auto& labels : remainders(metric)) {
    auto group = out.group;
    if (!complete(labels, grouping, group) || !selects(metric.total, metric.total.metric, labels) ||
        selects(metric.part, metric.total.metric, labels)) {
      continue;
    }
    out.remainder = series_text(metric.total.metric, labels);
    out.remainder_labels = labels;
    return out;
  }
  return std::nullopt;
}

}  // namespace

bool selects(const selector& s, const std::string& metric, const label_list& labels) {
  const auto matcher = series_matcher::compile(s);
  auto series = labels;
  series.emplace_back("__name__", metric);
  return matcher.has_value() && matcher->selects(series);
}

std::optional<example_series> make_example(const counter_ratio& metric,
                                           const std::vector<std::string>& grouping) {
  const auto parts = candidates(metric.part);
  if (parts.empty()) return std::nullopt;
  return beside(metric, parts.front(), grouping);
}

}  // namespace slo
