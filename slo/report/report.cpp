#include "slo/report/report.hpp"

#include <cmath>
#include <cstdio>

#include "core/json_writer.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/report/text_table.hpp"

namespace slo {

namespace {

constexpr const char* nothing = "-";

template <class Format>
std::string shown(const std::optional<double>& value, Format format) {
  return value ? format(*value) : nothing;
}

std::string burn_text(double burn) {
  char text[32];
  std::snprintf(text, sizeof text, burn < 100 ? "%.2f" : "%.0f", burn);
  return text;
}

std::optional<double> sli(const evidence& seen) {
  const auto ratio = seen.counts.error_ratio();
  if (!ratio) return std::nullopt;
  return 1 - *ratio;
}

std::string notes(const report& r) {
  std::string out;
  for (const auto& s : r.slos) {
    if (!s.seen.problem.empty()) out += "  " + s.what.id + ": " + s.seen.problem + "\n";
    if (s.seen.unknown_starts > 0) {
      out += "  " + s.what.id + ": " + std::to_string(s.seen.unknown_starts) +
             " series appeared of which it is not known since when they count; their first value "
             "is left out\n";
    }
    if (s.seen.resets > 0) {
      out += "  " + s.what.id + ": " + std::to_string(s.seen.resets) +
             " counters began again; what a process counted between its last scrape and its end "
             "is lost\n";
    }
  }
  return out;
}

}  // namespace

const char* to_label(budget_state s) noexcept {
  switch (s) {
    case budget_state::ok: return "ok";
    case budget_state::burning: return "burning";
    case budget_state::spent: return "spent";
    case budget_state::no_data: return "no_data";
  }
  return "no_data";
}

std::optional<double> objective_status::left() const {
  return corrected ? budget_left(what, *corrected) : budget_left(what, seen);
}

budget_state objective_status::state() const {
  const auto remaining = left();
  if (!remaining || !seen.problem.empty()) return budget_state::no_data;
  if (*remaining <= 0) return budget_state::spent;
  const bool excused = corrected && corrected->covers_now;
  return !excused && recent_burn_rate(what, seen).value_or(0) > 1 ? budget_state::burning
                                                                  : budget_state::ok;
}

report make_report(const std::vector<objective>& objectives, std::vector<evidence> seen,
                   std::string prometheus, unix_millis at) {
  report out;
  out.at = at;
  out.prometheus = std::move(prometheus);
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    out.slos.push_back({objectives[i], std::move(seen[i]), std::nullopt, std::nullopt});
  }
  complete(out, {});
  return out;
}

void complete(report& r, report_extras extras) {
  std::vector<viewed> all;
  for (std::size_t i = 0; i < r.slos.size(); ++i) {
    auto& s = r.slos[i];
    if (i < extras.corrected.size()) s.corrected = std::move(extras.corrected[i]);
    if (i < extras.past.size()) s.past = std::move(extras.past[i]);
    all.push_back({&s.what, &s.seen, s.past ? &*s.past : nullptr});
  }
  r.views = compare_views(all);
}

std::string share_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f %%", std::floor(share * 100'000 + 1e-6) / 1000);
  return text;
}

std::string percent_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, std::abs(share) < 10 ? "%.1f %%" : "%.0f %%", share * 100);
  return text;
}

std::string report_table(const report& r) {
  text_table table({"SLO", "objective", "SLI", "budget left", "burn rate", "events", "bad",
                    "coverage", "observed", "from"},
                   {0, 9});
  for (const auto& s : r.slos) {
    const auto& seen = s.seen;
    table.row({s.what.id, percent_text(s.what.target.to_double()), shown(sli(seen), share_text),
               shown(budget_left(s.what, seen.counts), percent_text),
               shown(burn_rate(s.what, seen.recent), burn_text), std::to_string(seen.counts.events),
               std::to_string(seen.counts.bad), percent_text(seen.coverage),
               format_span(seen.observed_seconds), to_label(seen.source)});
  }
  return "SLO report, " + format_time(r.at) + ", " + r.prometheus + "\n\n" + table.to_string() +
         "\n  burn rate: of the last 5 minutes, 1 spends the budget exactly within its period\n" +
         notes(r);
}

std::string status_json(const objective_status& s) {
  const auto& o = s.what;
  const auto& seen = s.seen;
  return core::json_object()
      .text("id", o.id)
      .text("service", o.service)
      .text("name", o.name)
      .text("display_name", o.display_name)
      .text("description", o.description)
      .text("state", to_label(s.state()))
      .raw("objective", o.target.to_string())
      .raw("error_budget", o.budget().to_string())
      .text("period", o.period.label)
      .text("source", to_label(seen.source))
      .text("from", format_time(seen.from))
      .text("to", format_time(seen.to))
      .number("observed_seconds", seen.observed_seconds)
      .count("events", seen.counts.events)
      .count("bad_events", seen.counts.bad)
      .number("sli", sli(seen))
      .number("error_ratio", seen.counts.error_ratio())
      .number("error_budget_remaining", budget_left(o, seen.counts))
      .number("burn_rate", burn_rate(o, seen.counts))
      .number("burn_rate_5m", burn_rate(o, seen.recent))
      .count("events_5m", seen.recent.events)
      .number("coverage", seen.coverage)
      .count("resets", seen.resets)
      .count("unknown_starts", seen.unknown_starts)
      .text("problem", seen.problem)
      .take();
}

std::string report_json(const report& r) {
  core::json_list slos;
  for (const auto& s : r.slos) slos.add(status_json(s));
  return core::json_object()
      .text("at", format_time(r.at))
      .text("prometheus", r.prometheus)
      .raw("slos", slos.take())
      .take();
}

}  // namespace slo
