#include "slo/rules/delta_expression.hpp"

namespace slo {

std::string target_selector(const char* metric, const selector& counter) {
  selector out{metric, {}};
  for (const auto& m : counter.matchers) {
    if (m.label == "job" || m.label == "instance") out.matchers.push_back(m);
  }
  return out.to_string();
}

std::string minute_delta(const selector& counter) {
  const auto series = counter.to_string();
  const auto up = target_selector("up", counter);
  const auto started = target_selector("process_start_time_seconds", counter);
  const auto now = "last_over_time(" + series + "[59s])";
  const auto before = "last_over_time(" + series + "[5m] offset 1m)";
  return "(\n"
         "  " +
         now +
         "\n"
         "    - " +
         before +
         " >= 0\n"
         "  or " +
         now +
         "\n"
         "    + clamp_min(max_over_time(" +
         series + "[59s]) - " + before +
         ", 0)\n"
         "  or " +
         now +
         "\n"
         "    and on (job, instance) (\n"
         "      time() - last_over_time(" +
         started +
         "[59s]) < 120\n"
         "      or last_over_time(" +
         up +
         "[59s] offset 1m) == 1\n"
         "    )\n"
         ")";
}

}  // namespace slo
