#include "slo/rules/example_series.hpp"

#include <regex.h>

#include <algorithm>
#include <cctype>

namespace slo {

namespace {

constexpr std::size_t most_candidates = 256;

/// Whether a POSIX extended expression means the same as in RE2, as far as its spelling shows: no
/// `\d` and the like, no `(?…)`.
bool is_common_syntax(const std::string& expression) {
  if (expression.find("(?") != std::string::npos) return false;
  for (auto at = expression.find('\\'); at != std::string::npos;
       at = expression.find('\\', at + 2)) {
    if (at + 1 == expression.size()) return false;
    if (std::isalnum(static_cast<unsigned char>(expression[at + 1]))) return false;
  }
  return true;
}

/// Nullopt: it cannot be told.
std::optional<bool> full_match(const std::string& value, const std::string& expression) {
  regex_t compiled;
  if (!is_common_syntax(expression) ||
      regcomp(&compiled, ("^(" + expression + ")$").c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
    return std::nullopt;
  }
  const bool matches = regexec(&compiled, value.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return matches;
}

bool holds(const label_matcher& m, const std::string& value) {
  switch (m.op) {
    case label_matcher::kind::equal: return value == m.value;
    case label_matcher::kind::not_equal: return value != m.value;
    case label_matcher::kind::matches: return full_match(value, m.value).value_or(false);
    case label_matcher::kind::not_matches: return !full_match(value, m.value).value_or(true);
  }
  return false;
}

/// One value for each alternative of a regular expression of alternatives of plain text.
std::vector<std::string> alternatives(const std::string& expression) {
  if (expression == ".+" || expression == ".*") return {"any"};
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < expression.size(); ++i) {
    char c = expression[i];
    if (c == '|') {
      out.emplace_back();
      continue;
    }
    if (std::string_view(".+*?()[]{}^$").find(c) != std::string_view::npos) return {};
    if (c == '\\') {
      if (++i == expression.size()) return {};
      c = expression[i];
      if (std::isalnum(static_cast<unsigned char>(c))) return {};  // a class such as \d
    }
    out.back() += c;
  }
  return out;
}

std::vector<std::string> candidate_values(const label_matcher& m) {
  switch (m.op) {
    case label_matcher::kind::equal: return {m.value};
    case label_matcher::kind::matches: return alternatives(m.value);
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

}  // namespace

bool selects(const selector& s, const std::string& metric, const label_list& labels) {
  return s.metric == metric &&
         std::all_of(s.matchers.begin(), s.matchers.end(),
                     [&](const label_matcher& m) { return holds(m, value_of(labels, m.label)); });
}

std::optional<example_series> make_example(const counter_ratio& metric) {
  const auto& part = metric.part;
  const auto& total = metric.total;
  const auto parts = candidates(part);
  if (parts.empty()) return std::nullopt;

  const bool part_in_total = selects(total, part.metric, parts.front());
  for (const auto& labels : candidates(total)) {
    if (selects(part, total.metric, labels)) continue;
    return example_series{series_text(part.metric, parts.front()),
                          series_text(total.metric, labels), part_in_total};
  }
  return std::nullopt;
}

}  // namespace slo
