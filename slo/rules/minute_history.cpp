#include "slo/rules/minute_history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "slo/rules/rules.hpp"

namespace slo {

namespace {

constexpr long hour = 60;
/// No events, no ratio: compares false with any threshold, as a series that is not there.
constexpr double absent = std::numeric_limits<double>::quiet_NaN();

/// Until the first hour is complete, the rules take what there is of it.
long whole_hours(long minutes) noexcept {
  return minutes < hour ? minutes : minutes - minutes % hour;
}

double or_none(double ratio) noexcept {
  return std::isnan(ratio) ? 0 : ratio;
}

std::int64_t growth(const std::vector<std::int64_t>& of, long from, long to) noexcept {
  return of[static_cast<std::size_t>(to)] - of[static_cast<std::size_t>(from)];
}

}  // namespace

minute_history::minute_history(const objective& o)
    : budget_(o.budget().to_double()),
      period_minutes_(o.period_minutes()),
      rolling_(o.period.rolling()) {
  if (o.slices) {
    slice_minutes_ = o.slices->minutes;
    if (o.slices->target) slice_budget_ = o.slices->target->complement().to_double();
  } else if (!o.counters && !o.composite()) {
    slice_minutes_ = 1;
  }
}

void minute_history::append(long minutes, std::int64_t events, std::int64_t bad) {
  for (long i = 0; i < minutes; ++i) {
    events_.push_back(events_.back() + events);
    bad_.push_back(bad_.back() + bad);
    if (slice_minutes_ > 0 && this->minutes() % slice_minutes_ == 0) close_slice();
  }
}

void minute_history::truncate(long minutes) {
  const auto size = static_cast<std::size_t>(minutes) + 1;
  events_.resize(size);
  bad_.resize(size);
  if (slice_minutes_ == 0) return;
  slices_.resize(slices_until(minutes) + 1);
  bad_slices_.resize(slices_until(minutes) + 1);
}

void minute_history::close_slice() {
  const long to = minutes();
  const auto events = growth(events_, to - slice_minutes_, to);
  double bad = 0;
  if (events > 0) {
    const auto all = static_cast<double>(events);
    const auto failed = static_cast<double>(growth(bad_, to - slice_minutes_, to));
    bad = failed / all;
    if (slice_budget_) bad = bad > *slice_budget_ ? 1 : 0;
  }
  slices_.push_back(slices_.back() + (events > 0 ? 1 : 0));
  bad_slices_.push_back(bad_slices_.back() + bad);
}

minute_history::span minute_history::span_of(long window, long at) const noexcept {
  if (window == whole_period && !rolling_) return calendar_period(at);
  if (window == whole_period) window = period_minutes_;
  if (slice_minutes_ > 1) {
    window = std::max(1L, (window + slice_minutes_ - 1) / slice_minutes_) * slice_minutes_;
  }
  if (window > longest_minute_window) at = whole_hours(at);
  return {std::max(0L, at - window), at};
}

minute_history::span minute_history::calendar_period(long at) const noexcept {
  const long to = whole_hours(at);
  // The last minute of a period still belongs to it.
  return {std::max(0L, to - 1) / period_minutes_ * period_minutes_, to};
}

std::size_t minute_history::slices_until(long minute) const noexcept {
  return static_cast<std::size_t>(minute / slice_minutes_);
}

double minute_history::error_ratio(span of) const noexcept {
  if (slice_minutes_ == 0) {
    const auto events = growth(events_, of.from, of.to);
    if (events == 0) return absent;
    return static_cast<double>(growth(bad_, of.from, of.to)) / static_cast<double>(events);
  }
  const auto from = slices_until(of.from);
  const auto to = slices_until(of.to);
  const auto slices = slices_[to] - slices_[from];
  return slices == 0 ? absent : (bad_slices_[to] - bad_slices_[from]) / static_cast<double>(slices);
}

double minute_history::burn_or_absent(long window, long at) const {
  return error_ratio(span_of(window, at)) / budget_;
}

double minute_history::burn_rate(long window, long at) const {
  return or_none(burn_or_absent(window, at));
}

double minute_history::coverage(long window, long at) const {
  const auto seen = span_of(window, at);
  const long all = window == whole_period ? period_minutes_ : window;
  return std::min(1.0, static_cast<double>(seen.to - seen.from) / static_cast<double>(all));
}

std::int64_t minute_history::bad_events(long window, long at) const {
  const auto seen = span_of(window, at);
  return growth(bad_, seen.from, seen.to);
}

double minute_history::spent(long from, long at) const {
  if (slice_minutes_ == 0) return static_cast<double>(growth(bad_, from, at));
  return bad_slices_[slices_until(at)] - bad_slices_[slices_until(from)];
}

double minute_history::allowance(double events_in_period) const {
  if (slice_minutes_ == 0) return budget_ * events_in_period;
  return budget_ * static_cast<double>(period_minutes_ / slice_minutes_);
}

bool minute_history::firing(const alert_window& w, long at) const {
  const auto factor = w.factor.to_double();
  const bool enough = coverage(w.long_minutes, at) >= decimal::parse(least_coverage)->to_double();
  return enough && burn_rate(w.long_minutes, at) > factor &&
         burn_rate(w.short_minutes, at) > factor;
}

double minute_history::distance(const alert_window& w, long at) const {
  const auto factor = w.factor.to_double();
  return std::min(std::abs(burn_rate(w.long_minutes, at) / factor - 1),
                  std::abs(burn_rate(w.short_minutes, at) / factor - 1));
}

objective_history::objective_history(const objective& o, const std::vector<objective>& all)
    : composite_(o.composite()) {
  for (const auto& member : o.members) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const objective& other) { return other.id == member.id; });
    if (found == all.end()) continue;
    members_.emplace_back(member.weight.to_double(), minute_history(*found));
  }
  if (members_.empty()) members_.emplace_back(1.0, minute_history(o));
}

void objective_history::append(long minutes, std::int64_t events, std::int64_t bad) {
  for (auto& [weight, member] : members_) member.append(minutes, events, bad);
}

void objective_history::truncate(long minutes) {
  for (auto& [weight, member] : members_) member.truncate(minutes);
}

double objective_history::burn_or_absent(long window, long at) const {
  if (!composite_) return members_.front().second.burn_or_absent(window, at);
  double sum = 0;
  for (const auto& [weight, member] : members_) sum += weight * member.burn_rate(window, at);
  return sum;
}

double objective_history::burn_rate(long window, long at) const {
  return or_none(burn_or_absent(window, at));
}

double objective_history::coverage(long window, long at) const {
  double least = 1;
  for (const auto& [weight, member] : members_) {
    least = std::min(least, member.coverage(window, at));
  }
  return least;
}

std::int64_t objective_history::bad_events(long window, long at) const {
  std::int64_t sum = 0;
  for (const auto& [weight, member] : members_) sum += member.bad_events(window, at);
  return sum;
}

double objective_history::budget_spent(long from, long at, double events_in_period) const {
  double sum = 0;
  for (const auto& [weight, member] : members_) {
    sum += weight * member.spent(from, at) / member.allowance(events_in_period);
  }
  return sum;
}

bool objective_history::holds(const alert_condition& c, long at) const {
  // The short window first: it is the one that is clean most of the time.
  const long window = c.over_period ? whole_period : c.long_minutes;
  if (c.short_minutes && !exceeds(c, burn_or_absent(*c.short_minutes, at))) return false;
  if (!exceeds(c, burn_or_absent(window, at))) return false;
  if (c.least_bad_events > 0 && bad_events(window, at) < c.least_bad_events) return false;
  return coverage(window, at) >= c.least_coverage;
}

}  // namespace slo
