#include "slo/gate/plan.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/json_writer.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/gate/words.hpp"
#include "slo/report/text_table.hpp"

namespace slo {

namespace {

constexpr std::uint64_t seed = 20261121;

/// The other objectives of a release, which matter to a fail by their number alone.
std::vector<simulated_objective> among_clean(double allowed, double errors, std::size_t others) {
  std::vector<simulated_objective> out{{allowed, errors}};
  for (std::size_t i = 0; i < others; ++i) out.push_back({allowed, 0});
  return out;
}

plan_line line_of(const objective& o, const plan_rules& rules, std::size_t others) {
  plan_line out;
  out.what = o;
  out.problem = uncountable(o);
  if (o.composite() && out.problem.empty()) out.problem = "a composite: as long as its members";
  if (!out.problem.empty()) return out;
  out.allowed = allowed_share(o);
  const trial none{0, 0, out.allowed};
  out.clean = events_to_pass(none, rules.alpha, gate_method::sequence);
  out.clean_fixed = events_to_pass(none, rules.alpha, gate_method::fixed);
  if (rules.errors) {
    const auto most = static_cast<std::int64_t>(std::ceil(planned_budgets / out.allowed));
    out.course =
        simulate_releases(among_clean(out.allowed, *rules.errors, others),
                          {rules.alpha, gate_method::sequence, most}, planned_releases, seed);
  }
  return out;
}

std::string events_text(std::optional<std::int64_t> events) {
  return events ? std::to_string(*events) : "-";
}

std::string lasting(std::optional<std::int64_t> events, double rate) {
  return events ? format_span(std::ceil(static_cast<double>(*events) / rate)) : "-";
}

std::string percent(double share) {
  return std::to_string(std::llround(share * 100)) + " %";
}

std::string decided_text(const simulated_course& c, double share, double rate) {
  const auto events = c.decided_by(share);
  if (events < 0) return "more than half stay undecided";
  return "half are decided by " + std::to_string(events) + " events (" + lasting(events, rate) +
         ")" +
         (c.decided_by(0.9) < 0 ? ""
                                : ", nine of ten by " + std::to_string(c.decided_by(0.9)) + " (" +
                                      lasting(c.decided_by(0.9), rate) + ")");
}

std::string course_text(const plan_line& line, const plan_rules& rules) {
  const auto& c = *line.course;
  return percent(c.share(c.failed)) + " fail, " + percent(c.share(c.passed)) + " pass, " +
         percent(c.share(c.releases - c.failed - c.passed)) + " are undecided after " +
         std::to_string(static_cast<std::int64_t>(std::ceil(planned_budgets / line.allowed))) +
         " events; " + decided_text(c, 0.5, rules.rate);
}

core::json_object& count_or_null(core::json_object& out, const char* name,
                                 std::optional<std::int64_t> value) {
  return value && *value >= 0 ? out.count(name, *value) : out.raw(name, "null");
}

std::string course_json(const simulated_course& c) {
  core::json_object out;
  out.count("releases", c.releases)
      .number("pass", c.share(c.passed))
      .number("fail", c.share(c.failed))
      .number("inconclusive", c.share(c.releases - c.passed - c.failed));
  count_or_null(out, "half_decided_after_events", c.decided_by(0.5));
  return count_or_null(out, "nine_of_ten_decided_after_events", c.decided_by(0.9)).take();
}

std::string line_json(const plan_line& line, const plan_rules& rules) {
  core::json_object out;
  out.text("id", line.what.id).text("problem", line.problem).number("allowed", line.allowed);
  count_or_null(out, "clean_events", line.clean);
  out.number("clean_seconds", line.clean
                                  ? std::optional(static_cast<double>(*line.clean) / rules.rate)
                                  : std::nullopt);
  count_or_null(out, "clean_events_fixed", line.clean_fixed);
  return out.raw("expected", line.course ? course_json(*line.course) : "null").take();
}

}  // namespace

std::optional<std::int64_t> gate_plan::clean() const {
  std::optional<std::int64_t> out;
  for (const auto& line : lines)
    if (line.clean) out = std::max(out.value_or(0), *line.clean);
  return out;
}

gate_plan make_plan(const std::vector<objective>& objectives, const plan_rules& rules) {
  gate_plan out{rules, {}};
  for (const auto& o : objectives) out.lines.push_back(line_of(o, rules, objectives.size() - 1));
  return out;
}

std::string plan_text(const gate_plan& p) {
  text_table table({"SLO", "allowed", "events", "takes", "fixed sample"}, {0});
  std::string notes;
  for (const auto& line : p.lines) {
    const bool known = line.problem.empty();
    table.row({line.what.id, known ? ratio_text(line.allowed) : "-", events_text(line.clean),
               lasting(line.clean, p.rules.rate), events_text(line.clean_fixed)});
    if (!known) notes += "  " + line.what.id + ": never passes by itself: " + line.problem + "\n";
    if (line.course) notes += "  " + line.what.id + ": " + course_text(line, p.rules) + "\n";
  }
  gate_rules rules;
  rules.alpha = p.rules.alpha;
  std::string out = "To pass with " + confidence_text(rules) +
                    " confidence when no event is bad, " + times_text(p.rules.rate) +
                    " events a second\n\n" + table.to_string() + "\n";
  if (p.rules.errors)
    out += "  With " + ratio_text(*p.rules.errors) + " of the events bad, of " +
           std::to_string(planned_releases) + " simulated releases:\n";
  const auto all = p.clean();
  return out + notes +
         (all ? "\nAll of them: " + std::to_string(*all) + " events, " +
                    lasting(all, p.rules.rate) + ".\n"
              : "\nNone of them can pass.\n");
}

std::string plan_json(const gate_plan& p) {
  core::json_list lines;
  for (const auto& line : p.lines) lines.add(line_json(line, p.rules));
  core::json_object out;
  out.text("format", "remora-gate-plan")
      .count("version", 1)
      .number("alpha", p.rules.alpha)
      .number("events_per_second", p.rules.rate)
      .number("errors", p.rules.errors);
  count_or_null(out, "clean_events", p.clean());
  return out.raw("objectives", lines.take()).take();
}

}  // namespace slo
