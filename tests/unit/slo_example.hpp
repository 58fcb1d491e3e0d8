#pragma once

#include "slo/objective.hpp"

namespace slo::tests {

/// An objective over `requests_total{job="web"}`; good ones have `code="ok"`.
inline objective example(const char* target = "0.99", int days = 28) {
  objective o;
  o.id = o.name = "web";
  o.service = "shop";
  o.display_name = "The shop answers";
  o.target = *decimal::parse(target);
  o.period = {days * 24, std::to_string(days) + "d"};
  o.metric.part = *parse_metric_query(R"(requests_total{job="web",code="ok"})");
  o.metric.total = *parse_metric_query(R"(requests_total{job="web",code=~"ok|failed"})");
  return o;
}

}  // namespace slo::tests
