#pragma once

#include "slo/model/objective.hpp"

namespace slo::tests {

/// A query of a counter.
inline sli_query counted(const char* query) {
  return {query, {}, *parse_metric_query(query), {}};
}

/// Good events (unless said otherwise) and all events.
inline ratio_metric ratio(const char* part, const char* total,
                          event_kind part_is = event_kind::good) {
  return {part_is, counted(part), counted(total), true};
}

/// Measures the objective by this.
inline void measure(objective& o, const ratio_metric& by) {
  o.sli = by;
  o.counters = counter_ratio{by.part_is, by.part.counter->counter, by.total.counter->counter};
}

/// An objective over `requests_total{job="web"}`; good ones have `code="ok"`.
inline objective example(const char* target = "0.99", int days = 28) {
  objective o;
  o.id = o.name = "web";
  o.service = "shop";
  o.display_name = "The shop answers";
  o.target = *decimal::parse(target);
  o.period = {std::to_string(days) + "d", days * 24 * 60L, {}};
  measure(o, ratio(R"(requests_total{job="web",code="ok"})",
                   R"(requests_total{job="web",code=~"ok|failed"})"));
  return o;
}

}  // namespace slo::tests
