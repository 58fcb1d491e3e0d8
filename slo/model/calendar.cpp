#include "slo/model/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace slo {

namespace {

namespace chr = std::chrono;
constexpr unix_seconds day_seconds = 24 * 60 * 60;

/// Seconds of a local time as if it were UTC.
unix_seconds as_utc(const local_time& l) {
  const chr::sys_days days = chr::year(l.year) / l.month / l.day;
  return days.time_since_epoch().count() * day_seconds + l.hour * 3600 + l.minute * 60 + l.second;
}

local_time from_utc(unix_seconds at) {
  const chr::sys_seconds when{chr::seconds(at)};
  const auto days = chr::floor<chr::days>(when);
  const chr::year_month_day date(days);
  const auto seconds = static_cast<int>((when - days).count());
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          seconds / 3600,
          seconds / 60 % 60,
          seconds % 60};
}

int months_of(calendar_alignment::unit each) {
  switch (each) {
    case calendar_alignment::unit::month: return 1;
    case calendar_alignment::unit::quarter: return 3;
    case calendar_alignment::unit::year: return 12;
    default: return 0;
  }
}

local_time plus_days(const local_time& from, std::int64_t days) {
  return from_utc(as_utc(from) + days * day_seconds);
}

local_time plus_months(const local_time& from, std::int64_t months) {
  const auto month = (chr::year(from.year) / from.month) + chr::months(months);
  const auto last = static_cast<unsigned>((month / chr::last).day());
  auto out = from;
  out.year = static_cast<int>(month.year());
  out.month = static_cast<int>(static_cast<unsigned>(month.month()));
  out.day = std::min(from.day, static_cast<int>(last));
  return out;
}

/// An alignment, read once.
struct calendar {
  calendar_alignment::unit each;
  int count;
  local_time start;
  time_zone zone;

  std::int64_t unit_days() const { return each == calendar_alignment::unit::week ? 7 : 1; }

  /// The local start of the n-th period.
  local_time begin(std::int64_t n) const {
    if (const int months = months_of(each)) return plus_months(start, n * count * months);
    return plus_days(start, n * count * unit_days());
  }
  unix_seconds begin_at(std::int64_t n) const { return to_unix(begin(n), zone); }

  /// About which period an instant falls into; at most a few off.
  std::int64_t near(unix_seconds at) const {
    const auto local = to_local(at, zone);
    if (const int months = months_of(each)) {
      return ((local.year - start.year) * 12 + local.month - start.month) / (months * count);
    }
    return (as_utc(local) - as_utc(start)) / (day_seconds * unit_days() * count);
  }
};

calendar read(const calendar_alignment& of) {
  return {of.each, std::max(1, of.count), parse_local_time(of.start).value_or(local_time{2000}),
          find_time_zone(of.time_zone).value_or(*find_time_zone("UTC"))};
}

bool is_midnight(const local_time& l) {
  return l.hour == 0 && l.minute == 0 && l.second == 0;
}

std::string label_of(const calendar& c, const local_time& begin) {
  using unit = calendar_alignment::unit;
  const bool plain = c.count == 1 && is_midnight(begin) && c.start.day == 1;
  if (plain && c.each == unit::year && begin.month == 1) return fmt::format("{:04}", begin.year);
  if (plain && c.each == unit::quarter && begin.month % 3 == 1) {
    return fmt::format("{:04}-Q{}", begin.year, begin.month / 3 + 1);
  }
  if (plain && c.each == unit::month) return fmt::format("{:04}-{:02}", begin.year, begin.month);
  auto out = fmt::format("{:04}-{:02}-{:02}", begin.year, begin.month, begin.day);
  if (!is_midnight(begin)) out += fmt::format(" {:02}:{:02}", begin.hour, begin.minute);
  return out;
}

int two_digits(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

}  // namespace

std::optional<local_time> parse_local_time(std::string_view text) {
  constexpr std::string_view shape = "dddd-dd-dd dd:dd:dd";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool good = shape[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];
    if (!good) return std::nullopt;
  }
  const local_time out{two_digits(text, 0) * 100 + two_digits(text, 2),
                       two_digits(text, 5),
                       two_digits(text, 8),
                       two_digits(text, 11),
                       two_digits(text, 14),
                       two_digits(text, 17)};
  const chr::year_month_day date = chr::year(out.year) / out.month / out.day;
  if (!date.ok() || out.hour > 23 || out.minute > 59 || out.second > 59) return std::nullopt;
  if (out.year < first_zone_year || out.year > last_zone_year) return std::nullopt;
  return out;
}

unix_seconds to_unix(const local_time& local, const time_zone& zone) {
  const auto wall = as_utc(local);
  // The offset of a day before is the one before any change that is near enough to matter.
  const int before = zone.offset_minutes(wall - 2 * day_seconds);
  const auto changes = zone.changes(wall - 2 * day_seconds, wall + 2 * day_seconds);
  int offset = before;
  for (const auto& change : changes) {
    // Still before the change by the offset that held until then: that one is meant, be it the
    // first of two or one that the change skips.
    if (wall - offset * 60 < change.at) break;
    // Between the two readings of the change lies the gap.
    if (wall - change.offset_minutes * 60 < change.at) break;
    offset = change.offset_minutes;
  }
  return wall - offset * 60;
}

local_time to_local(unix_seconds at, const time_zone& zone) noexcept {
  return from_utc(at + zone.offset_minutes(at) * 60);
}

period_bounds bounds_at(const calendar_alignment& of, unix_seconds at) {
  const auto c = read(of);
  auto n = c.near(at);
  while (c.begin_at(n) > at) --n;
  while (c.begin_at(n + 1) <= at) ++n;
  return {c.begin_at(n), c.begin_at(n + 1), label_of(c, c.begin(n))};
}

period_bounds next_period(const calendar_alignment& of, const period_bounds& b) {
  return bounds_at(of, b.end);
}

period_bounds previous_period(const calendar_alignment& of, const period_bounds& b) {
  return bounds_at(of, b.start - 1);
}

unix_seconds slice_start(unix_seconds at, int slice_minutes,
                         const std::optional<calendar_alignment>& calendar) {
  const auto from = calendar ? bounds_at(*calendar, at).start : 0;
  const auto length = static_cast<unix_seconds>(slice_minutes) * 60;
  const auto since = at - from;
  return from + (since >= 0 ? since / length : (since - length + 1) / length) * length;
}

}  // namespace slo
