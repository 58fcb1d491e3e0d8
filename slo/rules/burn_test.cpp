#include "slo/rules/burn_test.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"
#include "slo/rules/alert_condition.hpp"
#include "slo/rules/annotation_text.hpp"
#include "slo/rules/rule_builder.hpp"
#include "slo/rules/series_names.hpp"
#include "slo/rules/test_feed.hpp"

namespace slo {

namespace {

constexpr std::int64_t events_a_minute = 1'000'000;  // so that any threshold is hit closely
constexpr double rounding = 1e-6;
/// promtool evaluates every minute: a test that takes longer is not worth its time.
constexpr long longest_test = 20'000;
constexpr long longest_clean_fill = 60;

alert_condition condition_of(const planned_alert& a) {
  alert_condition c;
  c.name = a.name;
  c.op = a.op;
  c.threshold = a.threshold;
  c.long_minutes = a.windows.front();
  if (a.windows.size() > 1) c.short_minutes = a.windows.back();
  c.hold_minutes = a.hold_minutes;
  c.least_coverage = decimal::parse(least_coverage)->to_double();
  return c;
}

std::vector<objective> copies(const slo_objectives& all) {
  std::vector<objective> out;
  for (const auto* o : all) out.push_back(*o);
  return out;
}

std::string multiple(double burn, double threshold) {
  return decimal(std::llround(burn / threshold * 1000), 3).to_string();
}

std::string span_names(const std::vector<long>& windows) {
  std::string out;
  for (const long w : windows) out += (out.empty() ? "" : " and ") + span_label(w);
  return out;
}

}  // namespace

/// An objective whose alerts the series of a test may bring about, and those alerts.
struct subject {
  const objective* o;
  std::vector<planned_alert> alerts;
  std::vector<rule> rules;  ///< of the alerts, with the identity
};

struct burn_tests::shared {
  const objective& o;
  const slo_objectives& all;
  std::vector<objective> values;
  test_feed feed;
  std::vector<subject> subjects;  ///< the first is `o`
};

/// One test being made: the histories, and the state of every alert.
class burn_tests::run {
 public:
  run(const shared& with, std::size_t which)
      : with_(with),
        alert_(with.subjects.front().alerts[which]),
        step_(with.o.slices ? with.o.slices->minutes : 1) {
    for (const auto& s : with.subjects) histories_.emplace_back(*s.o, with.values);
    for (std::size_t i = 0; i < with.subjects.size(); ++i) {
      const auto& s = with.subjects[i];
      for (std::size_t j = 0; j < s.alerts.size(); ++j) {
        if (s.alerts[j].over_period()) continue;
        if (&s.alerts[j] == &alert_) which_ = watched_.size();
        watched_.push_back(
            {&s.alerts[j], &s.rules[j], &histories_[i], condition_of(s.alerts[j]), {}, false});
      }
    }
  }
  run(const run&) = delete;

  std::optional<rule_test> make() {
    const double threshold = alert_.threshold.to_double();
    if (threshold <= 0) return std::nullopt;
    const bool done = alert_.on_high() ? rise_and_fall(threshold) : fall_and_rise(threshold);
    if (!done) return std::nullopt;
    test_.name = with_.o.id + ": " + alert_.name + " over " + span_names(alert_.windows) +
                 (alert_.on_high() ? ", silent at " + below_ : ", silent at " + above_) +
                 " times " + alert_.threshold.to_string() + ", firing at " +
                 (alert_.on_high() ? above_ : below_) + " times, resolved after";
    test_.input = with_.feed.series(histories_.front());
    return std::move(test_);
  }

 private:
  struct watched {
    const planned_alert* alert;
    const rule* spelled;
    const objective_history* history;
    alert_condition condition;
    alert_state state;
    bool fires;
  };

  long minutes() const { return histories_.front().minutes(); }
  long window() const { return alert_.windows.front(); }
  double burn() const { return histories_.front().burn_rate(window(), minutes()); }
  double least_burn() const {
    double least = burn();
    for (const long w : alert_.windows) {
      least = std::min(least, histories_.front().burn_rate(w, minutes()));
    }
    return least;
  }
  bool fires() const { return watched_[which_].fires; }

  /// A whole slice, or a minute.
  bool step(std::int64_t bad) {
    for (long i = 0; i < step_; ++i) {
      for (auto& history : histories_) history.append(1, events_a_minute, bad);
      const long at = minutes();
      for (auto& w : watched_) {
        w.fires = w.state.update(w.history->holds(w.condition, at), at, w.condition.hold_minutes);
      }
    }
    return minutes() < longest_test;
  }

  /// Whether no burn rate is so near to a threshold that rounding could decide.
  bool settled() const {
    return std::all_of(watched_.begin(), watched_.end(), [this](const watched& w) {
      const double threshold = w.condition.threshold.to_double();
      return std::all_of(w.alert->windows.begin(), w.alert->windows.end(), [&](long window) {
        const double burn = w.history->burn_rate(window, minutes());
        return std::abs(burn - threshold) > rounding * threshold;
      });
    });
  }

  bool until(std::int64_t bad, const std::function<bool()>& there) {
    while (!there()) {
      if (!step(bad)) return false;
    }
    return true;
  }

  /// So many minutes without a bad event. In them nothing can fire, but what fires on a low burn
  /// rate; only that has to be followed minute by minute.
  void fill_clean(long clean) {
    const bool quiet = std::all_of(watched_.begin(), watched_.end(),
                                   [](const watched& w) { return w.alert->on_high(); });
    if (!quiet) {
      until(0, [&] { return minutes() >= clean; });
      return;
    }
    const long missing = clean - minutes();
    for (auto& history : histories_) history.append(missing, events_a_minute, 0);
  }

  /// Burn rate when every event of a minute is bad.
  double most_burn() const {
    objective_history all_bad(with_.o, with_.values);
    all_bad.append(step_, events_a_minute, events_a_minute);
    return all_bad.burn_rate(window(), step_);
  }

  std::int64_t bad_for(double burn_rate, double most) const {
    // A slice is bad or it is not: nothing between.
    const bool whole = with_.o.slices && with_.o.slices->target;
    const double share = whole ? 1.0 : std::min(1.0, burn_rate / most);
    return std::llround(share * static_cast<double>(events_a_minute));
  }

  long clean_minutes() const {
    const long some = std::max(window() / 10, std::min(window(), longest_clean_fill));
    return (some + step_ - 1) / step_ * step_;
  }

  /// How many times the threshold to burn at: no more than 3 % of it a minute, where that is soon.
  double steepness(long clean) const {
    if (clean >= window()) return 2.03;
    return std::clamp(0.03 * static_cast<double>(clean), 4.07, 13.07);
  }

  bool rise_and_fall(double threshold) {
    const double most = most_burn();
    const long clean = clean_minutes();
    fill_clean(clean);
    const double target = std::min(1.1, (1 + most / threshold) / 2) * threshold;
    const auto bad = bad_for(steepness(clean) * threshold, most);
    if (!silent_below(threshold, bad)) return false;
    if (!until(bad,
               [&] { return least_burn() >= target * (1 - rounding) && fires() && settled(); })) {
      return false;
    }
    above_ = multiple(burn(), threshold);
    check();
    if (!until(0, [&] { return !fires() && settled(); })) return false;
    check();
    return true;
  }

  /// The last moment before the burn rate is above 0.9 times the threshold, and a little after it
  /// when that is no more than the threshold.
  bool silent_below(double threshold, std::int64_t bad) {
    std::optional<alert_check> last;
    do {
      if (settled()) {
        last = checked();
        below_ = multiple(burn(), threshold);
      }
      if (!step(bad)) return false;
    } while (burn() < 0.9 * threshold * (1 + rounding));
    if (burn() < 0.95 * threshold && !fires() && settled()) {
      last = checked();
      below_ = multiple(burn(), threshold);
    }
    if (!last) return false;
    test_.checks.push_back(*std::move(last));
    return true;
  }

  /// A policy about too low a burn rate: errors, then less of them, then more again.
  bool fall_and_rise(double threshold) {
    const double most = most_burn();
    const auto bad = bad_for(1.5 * threshold, most);
    const long filled = clean_minutes();
    if (!until(bad, [&] { return minutes() >= filled; })) return false;
    double before = 0;
    std::optional<alert_check> last;
    while (burn() >= 1.1 * threshold * (1 - rounding)) {
      before = burn();
      if (settled()) last = checked();
      if (!step(0)) return false;
    }
    if (!last) return false;
    above_ = multiple(before, threshold);
    test_.checks.push_back(*std::move(last));
    if (!until(0, [&] { return burn() <= 0.9 * threshold && fires() && settled(); })) return false;
    below_ = multiple(burn(), threshold);
    check();
    if (!until(bad, [&] { return !fires() && settled(); })) return false;
    check();
    return true;
  }

  void check() { test_.checks.push_back(checked()); }

  /// Every alert of that name that fires now.
  alert_check checked() const {
    alert_check out{minutes(), alert_.name, {}};
    for (const auto& w : watched_) {
      if (!w.fires || w.alert->name != alert_.name) continue;
      auto labels = w.spelled->labels;
      labels.insert(labels.end(), with_.feed.group().begin(), with_.feed.group().end());
      const double value = w.history->burn_rate(w.condition.long_minutes, minutes());
      out.firing.push_back({labels, expanded(w.spelled->annotations, value, with_.feed.group())});
    }
    return out;
  }

  const shared& with_;
  const planned_alert& alert_;
  std::deque<objective_history> histories_;  ///< of each subject
  long step_;
  std::vector<watched> watched_;
  std::size_t which_ = 0;
  std::string below_, above_;
  rule_test test_;
};

namespace {

subject subject_of(const objective& o, const rule_options& options) {
  subject out{&o, plan_alerts(o, options), {}};
  for (const auto& alert : out.alerts) {
    out.rules.push_back(to_rule(o, alert, options));
    for (auto& label : identity(o)) out.rules.back().labels.push_back(std::move(label));
  }
  return out;
}

/// The spent budget needs a tenth of a period: its test begins at the period's sums.
rule_test exhausted_test(const objective& o, const slo_objectives& all, const rule& alert,
                         const label_list& group) {
  constexpr std::int64_t events = 1'000'000'000;
  const long phase = 3;
  rule_test test;
  test.name = o.id + ": " + alert.name +
              ", silent at 0.9 times the budget, firing at 1.1 times, "
              "resolved after";
  const auto phases = [&](const std::function<std::string(double)>& value) {
    return steady_values(value(0.9), phase) + " " + steady_values(value(1.1), phase) + " " +
           steady_values(value(0.9), phase);
  };
  double weights = 0;
  for (const auto& member : o.members) weights += member.weight.to_double();
  for (const auto* leaf : all) {
    const bool part = o.composite() ? leaf->part_of == o.id : leaf == &o;
    if (!part) continue;
    const double budget = leaf->budget().to_double() / (o.composite() ? weights : 1);
    const auto labels = recorded_labels(*leaf, group, o.period.label);
    const bool counted = leaf->counters || leaf->slices;
    test.input.push_back({series_text(series::coverage, labels), steady_values("0.2", 3 * phase)});
    test.input.push_back({series_text(counted ? series::bad_events : series::error_ratio, labels),
                          phases([&](double of) {
                            const double bad = of * budget;
                            return counted ? std::to_string(
                                                 std::llround(bad * static_cast<double>(events)))
                                           : decimal(std::llround(bad * 1e12), 12).to_string();
                          })});
    if (!counted) continue;
    test.input.push_back(
        {series_text(series::events, labels), steady_values(std::to_string(events), 3 * phase)});
  }
  auto labels = alert.labels;
  labels.insert(labels.end(), group.begin(), group.end());
  test.checks = {{phase - 1, alert.name, {}},
                 {2 * phase - 1, alert.name, {{labels, expanded(alert.annotations, 0, group)}}},
                 {3 * phase - 1, alert.name, {}}};
  return test;
}

}  // namespace

burn_tests::burn_tests(const objective& o, const slo_objectives& all, const rule_options& options) {
  auto own = subject_of(o, options);
  const bool long_sums = std::any_of(own.alerts.begin(), own.alerts.end(), [](const auto& a) {
    return !a.over_period() && a.windows.front() > longest_minute_window;
  });
  shared_ = std::make_unique<shared>(shared{o, all, copies(all), {o, all, long_sums}, {}});
  shared_->subjects.push_back(std::move(own));
  // The other lines of an SLO count the same events.
  const bool counted = o.counters && !shared_->feed.by_windows();
  for (const auto* other : all) {
    if (other == &o || !counted || !other->part_of.empty() || !other->counters) continue;
    shared_->subjects.push_back(subject_of(*other, options));
  }
}

burn_tests::~burn_tests() = default;

const std::vector<planned_alert>& burn_tests::alerts() const noexcept {
  return shared_->subjects.front().alerts;
}

const std::string& burn_tests::reason() const noexcept {
  return shared_->feed.reason();
}

std::optional<rule_test> burn_tests::make(std::size_t alert) const {
  const auto& own = shared_->subjects.front();
  if (own.alerts[alert].over_period()) {
    return exhausted_test(shared_->o, shared_->all, own.rules[alert], shared_->feed.group());
  }
  return run(*shared_, alert).make();
}

}  // namespace slo
