#include "core/json_writer.hpp"
#include "slo/simulate/simulation.hpp"

namespace slo {

namespace {

std::optional<double> number(const std::optional<long>& from) {
  if (!from) return std::nullopt;
  return static_cast<double>(*from);
}

template <class Values, class Write>
std::string list_of(const Values& values, Write write) {
  core::json_list out;
  for (const auto& value : values) out.add(write(value));
  return out.take();
}

std::string alert_json(const simulated_alert& alert) {
  const auto& c = alert.condition;
  core::json_object out;
  out.text("title", alert.title).text("alert", c.name).text("severity", c.severity);
  out.boolean("page", alert.page).text("op", to_promql(c.op));
  out.number("threshold", c.threshold.to_double()).count("long_minutes", c.long_minutes);
  out.number("short_minutes", number(c.short_minutes)).count("for_minutes", c.hold_minutes);
  out.count("every_minutes", c.every_minutes);
  out.number("least_coverage", c.least_coverage).count("least_bad_events", c.least_bad_events);
  out.boolean("can_fire", alert.fires.never.empty()).text("why_never", alert.fires.never);
  out.text("why_always", alert.fires.always).number("blind_below", alert.fires.blind_below);
  return out.take();
}

std::string outcome_json(const std::string& title, const alert_summary& alert,
                         const std::optional<double>& closed_form) {
  core::json_object out;
  out.text("alert", title).count("fired", alert.fired).count("resolved", alert.resolved);
  out.number("minutes", number(alert.median_minutes));
  out.number("minutes_p90", number(alert.slowest_minutes));
  out.number("closed_form_minutes", closed_form);
  out.number("budget_spent",
             alert.median_minutes ? std::optional(alert.median_budget) : std::nullopt);
  out.number("minutes_to_resolve", number(alert.median_resolution));
  out.number("times", alert.mean_times);
  return out.take();
}

std::string scenario_json(const objective_simulation& of, const simulated_scenario& from) {
  const auto& what = from.result.what;
  core::json_object out;
  out.text("scenario", what.name).text("what", what.what).number("events_per_minute", what.rate);
  out.count("history_minutes", what.history).count("duration_minutes", what.duration);
  out.count("runs", what.repeats).number("budget_spent", from.result.budget_spent);
  core::json_list alerts;
  for (std::size_t i = 0; i < of.alerts.size(); ++i) {
    alerts.add(outcome_json(of.alerts[i].title, from.result.alerts[i], from.closed_form[i]));
  }
  return out.raw("alerts", alerts.take()).take();
}

std::string traffic_json(const objective_simulation& of, const simulated_traffic& from) {
  core::json_object out;
  out.number("events_per_minute", from.rate).number("burn_rate", from.burn);
  out.number("error_ratio", from.error).count("months", from.months);
  out.number("pages_per_month", from.monthly(of.alerts, true));
  out.number("tickets_per_month", from.monthly(of.alerts, false));
  core::json_list alerts;
  for (std::size_t i = 0; i < of.alerts.size(); ++i) {
    core::json_object alert;
    alert.text("alert", of.alerts[i].title).count("times", from.alerts[i].times);
    alerts.add(alert.number("firing_ratio", from.alerts[i].firing).take());
  }
  return out.raw("alerts", alerts.take()).take();
}

std::string objective_json(const objective_simulation& of) {
  core::json_object out;
  out.text("slo_id", of.id).text("name", of.name).text("method", of.method);
  out.text("target", of.target).text("period", of.period).number("events_per_minute", of.rate);
  out.text("refused", of.refused).raw("alerts", list_of(of.alerts, alert_json));
  out.raw("scenarios", list_of(of.scenarios, [&](const auto& s) { return scenario_json(of, s); }));
  out.raw("false_alerts", list_of(of.traffic, [&](const auto& t) { return traffic_json(of, t); }));
  return out.take();
}

}  // namespace

std::string simulation_json(const std::vector<objective_simulation>& simulations,
                            const simulation_settings& settings) {
  core::json_object out;
  out.count("seed", static_cast<std::int64_t>(settings.seed));
  out.raw("objectives", list_of(simulations, objective_json));
  return out.take();
}

}  // namespace slo
