#include "slo/simulate/fireability.hpp"

#include "slo/simulate/text.hpp"

namespace slo {

namespace {

std::string to_text(const alert_condition& c) {
  return std::string(to_promql(c.op)) + " " + c.threshold.to_string();
}

}  // namespace

fireability fireability_of(const alert_condition& c, double event_budget) {
  fireability out;
  const double most = 1 / event_budget;
  const bool upwards = c.op == comparison::gt || c.op == comparison::gte;
  if (upwards && !exceeds(c, most)) {
    out.never = "a burn rate " + to_text(c) + " cannot be: with every event failing it is " +
                brief_number(most);
  }
  if (!upwards && !exceeds(c, 0))
    out.never = "a burn rate " + to_text(c) + " cannot be: none is below 0";
  if (exceeds(c, 0)) out.always = "a burn rate of 0 is " + to_text(c);
  out.blind_below = static_cast<double>(c.least_bad_events) / static_cast<double>(c.long_minutes);
  return out;
}

}  // namespace slo
