#include "slo/format/openslo_fields.hpp"
#include "slo/model/calendar.hpp"

namespace slo {

namespace {

constexpr long hour = 60;
constexpr long day = 24 * hour;
constexpr long longest_period = 366 * day;
constexpr const char* period_rule =
    "a number with h, d, w, M (30 d), Q (90 d) or Y (365 d); from 1d to 366d";

bool is_usable_length(long minutes) {
  return minutes >= day && minutes <= longest_period && minutes % hour == 0;
}

std::optional<calendar_alignment::unit> calendar_unit(char unit) {
  switch (unit) {
    case 'd': return calendar_alignment::unit::day;
    case 'w': return calendar_alignment::unit::week;
    case 'M': return calendar_alignment::unit::month;
    case 'Q': return calendar_alignment::unit::quarter;
    case 'Y': return calendar_alignment::unit::year;
    default: return std::nullopt;
  }
}

/// {startTime, timeZone} into `out`.
bool read_calendar(const core::node& from, calendar_alignment& out, reading& how) {
  field_reader fields(from, "calendar", how.found());
  const auto* start = fields.required("startTime", "2024-01-01 00:00:00");
  const auto* zone = fields.required("timeZone", "an IANA name such as Europe/Berlin, or UTC");
  fields.finish();
  bool good = start && zone;
  if (start && !(start->is_scalar() && parse_local_time(start->text))) {
    how.problem(start->at, "startTime is no local time from 2000 to 2037",
                "YYYY-MM-DD HH:MM:SS, such as 2024-01-01 00:00:00");
    good = false;
  }
  if (zone && !(zone->is_scalar() && find_time_zone(zone->text))) {
    how.problem(zone->at, "there is no time zone named " + zone->text,
                "an IANA name such as Europe/Berlin, or UTC");
    good = false;
  }
  if (!good) return false;
  out.start = start->text;
  out.time_zone = zone->text;
  return true;
}

/// Minutes and hours are no units of a calendar, but the specification's own example writes 1m for
/// a month.
std::optional<shorthand> calendar_length(const core::node& duration, shorthand length,
                                         reading& how) {
  if (length.unit == 'm' &&
      how.deviation(duration.at, "a calendar period of minutes: " + duration.text,
                    std::to_string(length.count) + "M for months", "taken for months")) {
    length.unit = 'M';
  } else if (length.unit == 'h') {
    how.problem(duration.at, "a calendar has no periods of hours: " + duration.text,
                "d, w, M, Q, Y");
  }
  if (!calendar_unit(length.unit)) return std::nullopt;
  if (length.minutes() <= longest_period) return length;
  how.problem(duration.at, "the window's duration is not usable: " + duration.text,
              "at most 366d, 12M, 4Q or 1Y");
  return std::nullopt;
}

std::optional<period> calendar_period(const core::node& duration, shorthand length,
                                      const core::node& calendar, reading& how) {
  calendar_alignment aligned;
  const bool good = read_calendar(calendar, aligned, how);
  const auto usable = calendar_length(duration, length, how);
  if (!good || !usable) return std::nullopt;
  aligned.each = *calendar_unit(usable->unit);
  aligned.count = usable->count;
  return period{std::to_string(usable->count) + usable->unit, usable->minutes(), aligned};
}

std::optional<period> rolling_period(const core::node& duration, reading& how) {
  auto window = parse_rolling_period(duration.text);
  if (!window) {
    how.problem(duration.at, "the window's duration is not usable: " + duration.text, period_rule);
  }
  return window;
}

}  // namespace

std::string span_label(long minutes) {
  if (minutes % day == 0) return std::to_string(minutes / day) + "d";
  if (minutes % hour == 0) return std::to_string(minutes / hour) + "h";
  return std::to_string(minutes) + "m";
}

std::optional<period> parse_rolling_period(std::string_view text) {
  const auto length = parse_shorthand(text);
  if (!length || !is_usable_length(length->minutes())) return std::nullopt;
  return period{span_label(length->minutes()), length->minutes(), {}};
}

std::optional<period> read_time_window(const core::node& from, reading& how) {
  if (!from.is_sequence() || from.items.size() != 1) {
    how.problem(from.at, "timeWindow is no list of one window",
                "- {duration: 28d, isRolling: true}");
    return std::nullopt;
  }
  field_reader fields(from.items[0], "the time window", how.found());
  const auto* duration = fields.required("duration", "28d, 4w");
  const auto rolling = fields.boolean("isRolling");
  const auto* calendar = fields.optional("calendar");
  fields.finish();
  if (!fields.usable()) return std::nullopt;
  if (calendar && rolling.value_or(false)) {
    how.problem(calendar->at, "the time window rolls, and has a calendar", "one of the two");
    return std::nullopt;
  }
  if (!calendar && !rolling.value_or(false)) {
    const char* what = "the time window neither rolls nor has a calendar";
    const char* expected = "isRolling: true, or calendar: {startTime, timeZone}";
    if (rolling) {
      how.problem(fields.at(), what, expected);
      return std::nullopt;
    }
    if (!how.deviation(fields.at(), what, expected, "taken for a rolling one")) return std::nullopt;
  }
  if (!duration) return std::nullopt;
  const auto length = read_shorthand(*duration, "the window's duration", how);
  if (!length) return std::nullopt;
  return calendar ? calendar_period(*duration, *length, *calendar, how)
                  : rolling_period(*duration, how);
}

}  // namespace slo
