#include "slo/simulate/simulation.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "slo/format/openslo_fields.hpp"
#include "slo/rules/refusals.hpp"
#include "slo/rules/rules.hpp"
#include "slo/simulate/closed_form.hpp"
#include "slo/simulate/steady_errors.hpp"

namespace slo {

namespace {

constexpr std::array burns{0.5, 1.0};  // half of the budget, and all of it

std::uint64_t seed_of(std::uint64_t seed, std::string_view id, std::string_view part,
                      std::uint64_t number) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ seed;  // FNV-1a
  const auto mix = [&](std::uint64_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const auto text : {id, part}) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0);
  }
  mix(number);
  return hash;
}

std::string method_of(const objective& o) {
  if (o.composite()) return "Composite";
  if (!o.slices) return "Occurrences";
  return o.slices->target ? "Timeslices" : "RatioTimeslices";
}

std::string title_of(const alert_condition& c) {
  const auto window = c.over_period ? " budget" : " " + span_label(c.long_minutes);
  return (c.policy.empty() ? c.severity : c.policy) + window;
}

std::vector<simulated_alert> alerts_of(const objective& o, double budget) {
  std::vector<simulated_alert> out;
  for (auto& c : alert_conditions(o)) {
    const auto fires = fireability_of(c, budget);
    const bool page = c.severity == to_label(severity::page) || c.severity == "page";
    auto title = title_of(c);
    out.push_back({std::move(c), std::move(title), page, fires});
  }
  return out;
}

/// What the closed form of a sudden failure says about an alert, with its guards: a share of the
/// window must have data, and so many events must have failed. It knows neither slices nor a
/// falling burn rate.
std::optional<double> predicted(const scenario& what, const alert_condition& c, const objective& o,
                                double budget) {
  if (!what.steady_error || o.slices || c.op != comparison::gt) return std::nullopt;
  const auto history = static_cast<double>(what.history);
  const auto window = static_cast<double>(c.long_minutes);
  const auto minutes =
      minutes_to_detection({*what.steady_error, budget, history}, c.threshold.to_double(), window);
  if (!minutes) return minutes;
  const double covered = c.least_coverage * window - history;
  const double failed = static_cast<double>(c.least_bad_events) / (what.rate * *what.steady_error);
  return std::max({*minutes, covered, failed}) + static_cast<double>(c.hold_minutes);
}

/// Why there are no rules for this objective; "" when there are.
std::string refusal_of(const objective& o, const std::vector<std::string>& refusals) {
  const auto own = o.id + ": ";
  std::string out;
  for (const auto& refusal : refusals) {
    if (refusal.starts_with(own)) out += (out.empty() ? "" : "; ") + refusal.substr(own.size());
  }
  return out;
}

/// Simulates one objective.
class simulator {
 public:
  simulator(const objective& o, const std::vector<objective>& all,
            const simulation_settings& settings)
      : o_(o),
        all_(all),
        settings_(settings),
        budget_(event_budget(o, all)),
        history_(o, all),
        conditions_(alert_conditions(o)) {}

  objective_simulation run(const std::string& refused) {
    objective_simulation out;
    out.refused = refused;
    out.id = o_.id;
    out.name = o_.display_name;
    out.target = o_.composite() ? std::string() : o_.target.to_string();
    out.period = o_.period.label;
    out.method = method_of(o_);
    out.rate = settings_.rate;
    if (!refused.empty() || conditions_.empty()) return out;
    out.alerts = alerts_of(o_, budget_);
    add_scenarios(out);
    add_traffic(out);
    return out;
  }

 private:
  void add_scenarios(objective_simulation& out) {
    scenario_basis basis{budget_,        {},         o_.period_minutes(), o_.period.rolling(),
                         settings_.rate, conditions_};
    if (o_.slices && o_.slices->target) basis.slice_target = o_.slices->target->to_double();
    std::string_view kind;
    std::uint64_t number = 0;
    for (const auto& what : make_scenarios(basis, settings_.scenarios)) {
      number = what.name == kind ? number + 1 : 0;
      const auto seed = seed_of(settings_.seed, o_.id, what.name, number);
      simulated_scenario made{run_scenario(what, conditions_, o_.period_minutes(), seed, history_),
                              {}};
      for (const auto& c : conditions_) made.closed_form.push_back(predicted(what, c, o_, budget_));
      out.scenarios.push_back(std::move(made));
      kind = out.scenarios.back().result.what.name;
    }
  }

  void add_traffic(objective_simulation& out) {
    for (const double rate : settings_.traffic) {
      for (const double burn : burns) {
        const double error = steady_error(o_, all_, rate, burn);
        const auto seed = seed_of(settings_.seed, o_.id, std::to_string(rate), burn < 1 ? 0 : 1);
        out.traffic.push_back(
            {rate, burn, error, settings_.months,
             count_false_alerts({rate, error, settings_.months}, conditions_, seed, history_)});
      }
    }
  }

  const objective& o_;
  const std::vector<objective>& all_;
  const simulation_settings& settings_;
  double budget_;
  objective_history history_;
  std::vector<alert_condition> conditions_;
};

}  // namespace

double simulated_traffic::monthly(const std::vector<simulated_alert>& of, bool pages) const {
  long times = 0;
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (of[i].page == pages) times += alerts[i].times;
  }
  return static_cast<double>(times) / months;
}

std::vector<objective_simulation> simulate(const std::vector<objective>& objectives,
                                           const simulation_settings& settings) {
  const auto refusals = refused_for_rules(objectives);
  std::vector<objective_simulation> out;
  for (const auto& o : objectives) {
    out.push_back(simulator(o, objectives, settings).run(refusal_of(o, refusals)));
  }
  return out;
}

}  // namespace slo
