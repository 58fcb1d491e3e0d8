#include "probe/load/load_profile.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace probe {
namespace {

// Rounding must not make a start out of nothing, nor lose one.
constexpr double count_slack = 1e-6;
constexpr double slack_each = 1e-15;  // of a start; the integral's own rounding
constexpr double half_nanosecond = 0.5e-9;

double to_seconds(core::duration d) noexcept {
  return core::seconds(d);
}

core::duration to_duration(double seconds) noexcept {
  return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

double step_rate(const load_shape& s, int i) noexcept {
  return s.steps == 1 ? s.from : s.from + (s.to - s.from) * i / (s.steps - 1);
}

double steps_integral(const load_shape& s, double t) noexcept {
  const double each = s.length / s.steps;
  const int done = std::min(s.steps, static_cast<int>(t / each));
  const double sum_of_rates =
      s.steps == 1 ? s.from * done
                   : s.from * done + (s.to - s.from) * done * (done - 1) / (2.0 * (s.steps - 1));
  const double rest = done == s.steps ? 0 : step_rate(s, done) * (t - done * each);
  return sum_of_rates * each + rest;
}

}  // namespace

double load_shape::rate(double t) const noexcept {
  if (t < 0 || t >= length) return 0;
  switch (kind) {
    case form::constant: return from;
    case form::linear: return from + (to - from) * t / length;
    case form::incremental:
      return step_rate(*this, std::min(steps - 1, static_cast<int>(t / (length / steps))));
    case form::wave:
      return from + (to - from) * (1 - std::cos(2 * std::numbers::pi * t / period)) / 2;
    case form::spikes: return std::fmod(t, period) < period - spike ? from : to;
  }
  return 0;
}

double load_shape::integral(double t) const noexcept {
  t = std::clamp(t, 0.0, length);
  switch (kind) {
    case form::constant: return from * t;
    case form::linear: return from * t + (to - from) * t * t / (2 * length);
    case form::incremental: return steps_integral(*this, t);
    case form::wave: {
      const double turn = 2 * std::numbers::pi / period;
      return from * t + (to - from) * (t - std::sin(turn * t) / turn) / 2;
    }
    case form::spikes: {
      const double periods = std::floor(t / period);
      const double spiking =
          periods * spike + std::max(0.0, t - periods * period - (period - spike));
      return from * t + (to - from) * spiking;
    }
  }
  return 0;
}

double load_profile::stage::rate(double t) const noexcept {
  double out = 0;
  for (const auto& s : shapes) out += s.rate(t);
  return out;
}

double load_profile::stage::integral(double t) const noexcept {
  double out = 0;
  for (const auto& s : shapes) out += s.integral(t);
  return out;
}

// Newton's method, kept inside of a bracket that halves where it does not help: the rate may jump,
// and be 0 for a while.
double load_profile::stage::last_with(double count, double slack) const noexcept {
  const auto within = [&](double t) { return integral(t) <= count + slack; };
  double low = 0, high = length;
  while (high - low > half_nanosecond && within(low + half_nanosecond)) {
    const double slope = rate(low);
    const double guess = slope > 0 ? low + (count - integral(low)) / slope : high;
    const double t = guess > low && guess < high ? guess : low + (high - low) / 2;
    if (within(t)) {
      low = t;
    } else {
      high = t;
      if (t - half_nanosecond > low && within(t - half_nanosecond)) low = t - half_nanosecond;
    }
  }
  return low;
}

void load_profile::append(sum shapes) {
  stage next;
  next.shapes = std::move(shapes);
  for (const auto& s : next.shapes) next.length = std::max(next.length, s.length);
  if (!stages_.empty()) next.begin = stages_.back().begin + stages_.back().length;
  next.before = total_;
  total_ += next.integral(next.length);
  stages_.push_back(std::move(next));
}

core::duration load_profile::length() const noexcept {
  return stages_.empty() ? core::duration{}
                         : to_duration(stages_.back().begin + stages_.back().length);
}

std::uint64_t load_profile::count() const noexcept {
  return static_cast<std::uint64_t>(std::max(0.0, std::ceil(total_ - count_slack)));
}

const load_profile::stage* load_profile::stage_at(double t) const noexcept {
  const auto after = std::upper_bound(stages_.begin(), stages_.end(), t,
                                      [](double at, const stage& s) { return at < s.begin; });
  return after == stages_.begin() ? nullptr : &*std::prev(after);
}

double load_profile::rate(core::duration t) const noexcept {
  const auto* s = stage_at(to_seconds(t));
  return s ? s->rate(to_seconds(t) - s->begin) : 0;
}

double load_profile::integral(core::duration t) const noexcept {
  const auto* s = stage_at(to_seconds(t));
  return s ? s->before + s->integral(to_seconds(t) - s->begin) : 0;
}

std::optional<core::duration> load_profile::start(std::uint64_t k) const noexcept {
  if (k >= count()) return std::nullopt;
  const auto wanted = static_cast<double>(k);
  const double slack = wanted * slack_each;
  // The last stage that begins with at most k behind it: one of rate 0 is passed over.
  auto after =
      std::upper_bound(stages_.begin(), stages_.end(), wanted,
                       [slack](double count, const stage& s) { return count < s.before - slack; });
  const auto& s = *std::prev(after);
  return to_duration(s.begin + s.last_with(wanted - s.before, slack));
}

std::uint64_t load_profile::starts_until(core::duration t) const noexcept {
  auto guess = static_cast<std::uint64_t>(std::max(0.0, integral(t)));
  guess = std::min(guess, count());
  while (guess > 0 && start(guess - 1) > t) --guess;
  while (guess < count() && start(guess) <= t) ++guess;
  return guess;
}

}  // namespace probe
