#include "slo/rules/calendar_expression.hpp"

#include <cstdio>
#include <cstdlib>

#include "slo/format/openslo_fields.hpp"
#include "slo/rules/series_names.hpp"
#include "slo/rules/zone_changes.hpp"

namespace slo {

namespace {

using unit = calendar_alignment::unit;

constexpr long day_seconds = 86400;
constexpr long most_samples = 10000;  // of a subquery: promtool refuses more

/// A local date and time, as numbers.
struct local_start {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;

  long of_day() const { return hour * 3600L + minute * 60L + second; }
  /// Days since 1970-01-01 (H. Hinnant, chrono-compatible date algorithms).
  long days() const {
    const int y = month <= 2 ? year - 1 : year;
    const long era = (y >= 0 ? y : y - 399) / 400;
    const long of_era = y - era * 400;
    const long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  }
};

std::optional<local_start> parse_start(const std::string& text) {
  local_start out;
  if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d", &out.year, &out.month, &out.day, &out.hour,
                  &out.minute, &out.second) != 6) {
    return std::nullopt;
  }
  return out;
}

/// Minutes of the largest step of 60, 30 and 15 that begins at every midnight of the zone and at
/// the periods' start of day.
std::optional<long> step_of(const calendar_alignment& c) {
  const auto start = parse_start(c.start);
  const auto changes = zone_changes(c.time_zone);
  if (!start || !changes) return std::nullopt;
  for (const long step : {60L, 30L, 15L}) {
    bool fits = start->of_day() % (step * 60) == 0;
    for (const auto& change : *changes) fits = fits && change.offset_seconds % (step * 60) == 0;
    if (fits) return step;
  }
  return std::nullopt;
}

/// Minutes of the longest such period there can be, an hour of a clock that is put back included.
long longest_minutes(const calendar_alignment& c) {
  const long days = c.each == unit::day ? 1 : c.each == unit::week ? 7 : 31;
  return days * c.count * 1440 + 60;
}

std::string range_of(long minutes) {
  const long days = minutes / 1440;
  const long hours = minutes % 1440 / 60;
  return (days > 0 ? std::to_string(days) + "d" : "") +
         (hours > 0 ? std::to_string(hours) + "h" : "");
}

/// PromQL for a number that is another one in each period.
std::string period_number(const calendar_alignment& c, const local_start& start,
                          const std::string& local) {
  const auto floored = [](const std::string& what, long by) {
    return by == 1 ? what : "floor((" + what + ") / " + std::to_string(by) + ")";
  };
  if (c.each == unit::day || c.each == unit::week) {
    const long length = (c.each == unit::day ? 1 : 7) * c.count * day_seconds;
    const long first = (start.days() * day_seconds + start.of_day()) % length;
    return floored(local + " - " + std::to_string(first), length);
  }
  // The month that it would be if months began at that day and hour.
  const long shift = (start.day - 1) * day_seconds + start.of_day();
  const auto shifted = shift == 0 ? local : local + " - " + std::to_string(shift);
  if (c.count == 1) return "year(" + shifted + ") * 100 + month(" + shifted + ")";
  const long first = (start.year * 12L + start.month - 1) % c.count;
  return floored(
      "year(" + shifted + ") * 12 + month(" + shifted + ") - 1 - " + std::to_string(first),
      c.count);
}

}  // namespace

std::optional<long> calendar_step(const period& p) {
  return p.aligned ? step_of(*p.aligned) : std::nullopt;
}

std::string calendar_refusal(const period& p) {
  if (p.rolling()) return {};
  const auto& c = *p.aligned;
  if (c.each == unit::quarter || c.each == unit::year) {
    return "periods of a " + std::string(c.each == unit::quarter ? "quarter" : "year") +
           " cannot be summed by rules (too many hours for one query): days, weeks and months can";
  }
  const auto start = parse_start(c.start);
  if (!start) return "the calendar's start is no time: " + c.start;
  if (c.each == unit::month && start->day > 28) {
    return "rules know no months that begin on day " + std::to_string(start->day) +
           ", which not every month has: day 1 to 28";
  }
  if (!zone_changes(c.time_zone)) return "the offsets of time zone " + c.time_zone + " are unknown";
  const auto step = step_of(c);
  if (!step) return "rules know no periods that begin within a quarter of an hour";
  if (longest_minutes(c) / *step > most_samples) {
    return "a period of " + std::to_string(c.count) + " such units holds too many steps of " +
           span_label(*step) + " for one query";
  }
  return {};
}

std::optional<std::string> local_seconds(const std::string& time_zone) {
  const auto changes = zone_changes(time_zone);
  if (!changes) return std::nullopt;
  long offset = changes->front().offset_seconds;
  std::string out = "time() - 1";
  const auto add = [&out](long seconds, const std::string& when) {
    out += (seconds < 0 ? " - " : " + ") + std::to_string(std::labs(seconds)) + when;
  };
  if (offset != 0) add(offset, "");
  for (auto change = changes->begin() + 1; change != changes->end(); ++change) {
    if (change->offset_seconds == offset) continue;
    add(change->offset_seconds - offset,
        "\n  * (time() > bool " + std::to_string(change->from) + ")");
    offset = change->offset_seconds;
  }
  return out;
}

std::string since_day_start(const objective& o) {
  const auto start = parse_start(o.period.aligned->start);
  return recorded(series::local_time, o) + " + 1 - " + std::to_string(start->of_day());
}

void add_current_period(rule_builder& rules) {
  const auto& o = rules.of();
  if (o.period.rolling()) return;
  const auto& c = *o.period.aligned;
  rules.record(pace::prompt, series::local_time, "vector(" + *local_seconds(c.time_zone) + ")");
  rules.record(pace::prompt, series::current_period,
               "count_values(\"period\", " +
                   period_number(c, *parse_start(c.start), recorded(series::local_time, o)) + ")");
}

std::string over_calendar(const objective& o, const char* function, const char* hours) {
  const auto step = span_label(*calendar_step(o.period));
  const auto current = recorded(series::current_period, o);
  const auto range = range_of(longest_minutes(*o.period.aligned));
  // Each hour is marked with the period that it ended in; those of this period are taken.
  return "sum without (period) (\n  " + std::string(function) + "((" + recorded(hours, o, step) +
         " * on () group_left (period) " + current + ")[" + range + ":" + step +
         "])\n  and on (period) " + current + "\n)";
}

}  // namespace slo
