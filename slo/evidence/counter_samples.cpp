#include "slo/evidence/counter_samples.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace slo {

namespace {

constexpr double largest_count = 9007199254740992;  // 2^53: beyond it a double skips integers
constexpr double same_start_seconds = 1;            // jitter in what a process says of its start

/// The value at an instant: that of the last sample not after it; null when there is none.
const sample* value_at(const std::vector<sample>& samples, unix_millis at) {
  auto after = std::upper_bound(samples.begin(), samples.end(), at,
                                [](unix_millis t, const sample& s) { return t < s.at; });
  return after == samples.begin() ? nullptr : &*std::prev(after);
}

bool is_count(double value) {
  return value >= 0 && value < largest_count && std::floor(value) == value;
}

/// One series within one window.
class series_walk {
 public:
  series_walk(const target_history* target, unix_millis from) : target_(target), from_(from) {}

  /// What `now` adds behind `before`, which is null for the first sample.
  counter_step step(const sample* before, const sample& now) const {
    using kind = counter_step::kind;
    counter_step out{before ? *before : sample{}, now, kind::grew, 0};
    if (!before) {
      out.what = born_in_window(now.at) ? kind::born : kind::unknown_start;
    } else if (now.value < before->value || restarted(before->at, now.at)) {
      out.what = kind::reset;
    }
    if (out.what == kind::grew) {
      out.events = static_cast<std::int64_t>(now.value - before->value);
    } else if (out.what != kind::unknown_start) {
      out.events = static_cast<std::int64_t>(now.value);
    }
    return out;
  }

 private:
  bool born_in_window(unix_millis first) const {
    if (!target_) return false;
    const auto* started = value_at(target_->started, first);
    if (started && started->value * 1000 > static_cast<double>(from_)) return true;
    return std::any_of(target_->up.begin(), target_->up.end(),
                       [&](const sample& s) { return s.at < first && s.value == 1; });
  }

  bool restarted(unix_millis before, unix_millis now) const {
    if (!target_) return false;
    const auto* then = value_at(target_->started, before);
    const auto* since = value_at(target_->started, now);
    return then && since && since->value - then->value > same_start_seconds &&
           since->value * 1000 > static_cast<double>(before);
  }

  const target_history* target_;
  unix_millis from_;
};

unix_millis median_step(const std::vector<unix_millis>& times) {
  std::vector<unix_millis> steps;
  for (std::size_t i = 1; i < times.size(); ++i) steps.push_back(times[i] - times[i - 1]);
  if (steps.empty()) return 0;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

std::vector<unix_millis> times_within(const std::vector<sample>& samples, unix_millis from,
                                      unix_millis to) {
  std::vector<unix_millis> out;
  auto s = std::lower_bound(samples.begin(), samples.end(), from,
                            [](const sample& one, unix_millis t) { return one.at < t; });
  for (; s != samples.end() && s->at <= to; ++s) out.push_back(s->at);
  return out;
}

}  // namespace

const target_history* target_of(const time_series& series,
                                const std::vector<target_history>& targets) {
  for (const auto& t : targets) {
    if (t.job == series.label("job") && t.instance == series.label("instance")) return &t;
  }
  return nullptr;
}

std::string series_name(const time_series& series) {
  label_list labels;
  for (const auto& label : series.labels) {
    if (label.first != "__name__") labels.push_back(label);
  }
  return series_text(series.label("__name__"), labels);
}

bool walk_counter(const time_series& series, const target_history* target, unix_millis from,
                  unix_millis to, core::function_ref<void(const counter_step&)> step) {
  const series_walk walk(target, from);
  const sample* before = nullptr;
  for (const auto& s : series.samples) {
    if (s.at > to) break;
    if (!is_count(s.value)) return false;
    if (s.at > from) step(walk.step(before, s));
    before = &s;
  }
  return true;
}

std::vector<scrape_gap> gaps_of(const std::vector<unix_millis>& times, unix_millis to) {
  const auto usual = median_step(times);
  std::vector<scrape_gap> out;
  if (usual == 0) return out;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto next = i + 1 < times.size() ? times[i + 1] : to;
    if (2 * (next - times[i]) > 3 * usual) out.push_back({times[i], next, next - times[i] - usual});
  }
  return out;
}

std::vector<target_history> targets_of(const std::vector<time_series>& up,
                                       const std::vector<time_series>& started) {
  std::map<std::pair<std::string, std::string>, target_history> by_name;
  const auto find = [&](const time_series& s) -> target_history& {
    std::pair name(std::string(s.label("job")), std::string(s.label("instance")));
    auto& target = by_name[name];
    std::tie(target.job, target.instance) = name;
    return target;
  };
  for (const auto& s : up) find(s).up = s.samples;
  for (const auto& s : started) find(s).started = s.samples;
  std::vector<target_history> out;
  for (auto& [name, target] : by_name) out.push_back(std::move(target));
  return out;
}

boost::system::result<counter_increase, std::string> increase_of(
    const std::vector<time_series>& series, const std::vector<target_history>& targets,
    unix_millis from, unix_millis to) {
  counter_increase sum;
  const auto add = [&](const counter_step& step) {
    sum.events += step.events;
    sum.resets += step.what == counter_step::kind::reset;
    sum.unknown_starts += step.what == counter_step::kind::unknown_start;
  };
  for (const auto& s : series) {
    if (!walk_counter(s, target_of(s, targets), from, to, add)) {
      return series_name(s) + " has a value that is no number of events";
    }
  }
  return sum;
}

scrape_coverage coverage_of(const std::vector<time_series>& series,
                            const std::vector<target_history>& targets, unix_millis from,
                            unix_millis to) {
  std::map<std::pair<std::string_view, std::string_view>, std::set<unix_millis>> seen;
  for (const auto& s : series) {
    auto& times = seen[{s.label("job"), s.label("instance")}];
    for (const auto at : times_within(s.samples, from, to)) times.insert(at);
  }

  scrape_coverage out;
  for (const auto& [name, times] : seen) {
    if (times.empty()) continue;
    const auto first = *times.begin();
    const auto target = std::find_if(targets.begin(), targets.end(), [&name = name](const auto& t) {
      return t.job == name.first && t.instance == name.second && !t.up.empty();
    });
    auto tried =
        target == targets.end() ? std::vector<unix_millis>() : times_within(target->up, first, to);
    // A target that is gone may have no sample of `up` since the counters began.
    const bool known = !tried.empty();
    if (!known) tried.assign(times.begin(), times.end());
    const auto step = median_step(tried);
    const auto last = known ? std::max(tried.back(), *times.rbegin()) : to;
    const auto count = static_cast<std::int64_t>(times.size());
    const auto expected = step == 0 ? count : (last - first + step / 2) / step + 1;
    out.seen += count;
    out.expected += std::max(expected, count);
    out.first = out.first == 0 ? first : std::min(out.first, first);
    out.last = std::max(out.last, *times.rbegin());
  }
  return out;
}

}  // namespace slo
