#include "slo/rules/test_feed.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

#include "slo/format/openslo_fields.hpp"
#include "slo/rules/objective_windows.hpp"
#include "slo/rules/rule_builder.hpp"
#include "slo/rules/series_names.hpp"

namespace slo {

namespace {

constexpr long epoch_aligned = 15;  // minutes of a slice in any time zone
/// Events of each window where windows are given: a ratio is as good as exact.
constexpr std::int64_t most_events = 1'000'000'000;

/// A fraction of the minute's events as a decimal, without trailing zeros.
std::string share(std::int64_t part, std::int64_t of) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9f",
                of == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(of));
  std::string out = text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

/// Folds equal neighbours.
class value_writer {
 public:
  void add(const std::string& value) {
    if (times_ > 0 && value == last_) {
      ++times_;
      return;
    }
    flush();
    last_ = value;
    times_ = 1;
  }
  std::string take() && {
    flush();
    return std::move(text_);
  }

 private:
  void flush() {
    if (times_ == 0) return;
    if (!text_.empty()) text_ += ' ';
    text_ += steady_values(last_, times_);
  }
  std::string text_, last_;
  long times_ = 0;
};

std::vector<test_series> counter_series(const example_series& example, const counter_ratio& metric,
                                        const minute_history& history) {
  auto part = history.bad();
  auto remainder = history.events();
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (metric.part_is == event_kind::good) part[i] = history.events()[i] - part[i];
    if (example.part_in_total) remainder[i] -= part[i];
  }
  return {{example.part, fold_values(part)}, {example.remainder, fold_values(remainder)}};
}

/// The bad events behind the slices, which alerts ask for.
test_series bad_minutes(const objective& o, const label_list& group,
                        const minute_history& history) {
  value_writer values;
  values.add("_");
  for (std::size_t i = 1; i < history.bad().size(); ++i) {
    values.add(std::to_string(history.bad()[i] - history.bad()[i - 1]));
  }
  return {series_text(series::bad_delta, recorded_labels(o, group)), std::move(values).take()};
}

/// Whether one of two objectives counts a series that was made up for the other.
bool meddles(const counter_ratio& metric, const objective& other, const example_series& example) {
  for (const auto* s : {&metric.part, &metric.total}) {
    if (selects(*s, other.counters->part.metric, example.part_labels) ||
        selects(*s, other.counters->total.metric, example.remainder_labels)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string steady_values(const std::string& value, long times) {
  if (times == 1) return value;
  if (value == "_") return "_x" + std::to_string(times);
  return value + "+0x" + std::to_string(times - 1);
}

label_list recorded_labels(const objective& o, const label_list& group, const std::string& window) {
  auto labels = identity(o);
  labels.insert(labels.end(), group.begin(), group.end());
  if (!window.empty()) labels.emplace_back("window", window);
  return labels;
}

test_feed::test_feed(const objective& o, const slo_objectives& all, bool long_windows) : o_(o) {
  for (const auto& member : o.members) {
    for (const auto* other : all) {
      if (other->id == member.id) leaves_.push_back(other);
    }
  }
  if (!o.composite()) leaves_.push_back(&o);
  const bool local_slices = o.slices && o.period.aligned && epoch_aligned % o.slices->minutes != 0;
  reason_ = make_examples();
  if (local_slices) reason_ = "its slices follow the local time";
  if (long_windows) reason_ = "minutes of more than three days take promtool too long";
  if (!group_.empty()) return;
  for (const auto& label : o.grouping) group_.emplace_back(label, "example");
}

std::string test_feed::make_examples() {
  for (const auto* leaf : leaves_) {
    examples_.emplace_back();
    if (!leaf->counters) continue;
    auto example = make_example(*leaf->counters, leaf->grouping);
    if (!example) {
      return "no series can be made up that " + leaf->counters->part.to_string() + " and " +
             leaf->counters->total.to_string() + " select";
    }
    examples_.back() = *std::move(example);
    if (!group_.empty() && group_ != examples_.back().group) return "its members' groups differ";
    group_ = examples_.back().group;
  }
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    for (std::size_t j = 0; j < leaves_.size(); ++j) {
      if (i == j || !leaves_[i]->counters || !leaves_[j]->counters) continue;
      if (meddles(*leaves_[i]->counters, *leaves_[j], examples_[j])) {
        return leaves_[i]->id + " and " + leaves_[j]->id + " count the same series";
      }
    }
  }
  return {};
}

std::vector<test_series> test_feed::series(const objective_history& history) const {
  std::vector<test_series> out;
  for (std::size_t leaf = 0; leaf < leaves_.size(); ++leaf) {
    const auto& of = history.members()[leaf].second;
    auto some = by_windows() ? window_series(leaf, of) : leaf_series(leaf, of);
    std::move(some.begin(), some.end(), std::back_inserter(out));
  }
  return out;
}

std::vector<test_series> test_feed::leaf_series(std::size_t leaf,
                                                const minute_history& history) const {
  const auto& o = *leaves_[leaf];
  if (o.counters) return counter_series(examples_[leaf], *o.counters, history);
  value_writer errors;
  errors.add("_");
  for (std::size_t i = 1; i < history.events().size(); ++i) {
    errors.add(share(history.bad()[i] - history.bad()[i - 1],
                     history.events()[i] - history.events()[i - 1]));
  }
  const auto labels = recorded_labels(o, group_);
  return {
      {series_text(series::minute_error, labels), std::move(errors).take()},
      {series_text(series::minute_sources, labels), "_ " + steady_values("1", history.minutes())}};
}

std::vector<test_series> test_feed::window_series(std::size_t leaf,
                                                  const minute_history& history) const {
  const auto& o = *leaves_[leaf];
  auto windows = recorded_windows_of(o);
  if (o_.composite()) windows = recorded_windows_of(o_);
  std::vector<test_series> out;
  for (const long window : windows) {
    if (window > longest_minute_window) continue;  // the rules sum hours, which are given
    const bool counted = o.counters || o.slices;
    value_writer errors;
    value_writer coverages;
    for (auto* values : {&errors, &coverages}) values->add("_");
    for (long at = 1; at <= history.minutes(); ++at) {
      const double ratio = history.burn_rate(window, at) * o.budget().to_double();
      const auto bad = std::llround(ratio * most_events);
      errors.add(counted ? std::to_string(bad) : share(bad, most_events));
      coverages.add(share(std::llround(history.coverage(window, at) * most_events), most_events));
    }
    const auto labels = recorded_labels(o, group_, span_label(window));
    out.push_back({series_text(series::coverage, labels), std::move(coverages).take()});
    out.push_back({series_text(counted ? series::bad_events : series::error_ratio, labels),
                   std::move(errors).take()});
    if (!counted) continue;
    out.push_back({series_text(series::events, labels),
                   "_ " + steady_values(std::to_string(most_events), history.minutes())});
  }
  if (o.counters && o.slices) out.push_back(bad_minutes(o, group_, history));
  return out;
}

}  // namespace slo
