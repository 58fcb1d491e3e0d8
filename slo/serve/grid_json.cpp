#include "slo/serve/grid_json.hpp"

#include "core/json_text.hpp"
#include "slo/commands/time_text.hpp"

namespace slo {

core::json_object& add_grid(core::json_object& out, const time_grid& grid) {
  std::vector<std::optional<double>> times;
  for (auto t = grid.from; t <= grid.to; t += grid.step) {
    times.emplace_back(static_cast<double>(t) / 1000);
  }
  return out.text("from", format_time(grid.from))
      .text("to", format_time(grid.to))
      .number("step_seconds", static_cast<double>(grid.step) / 1000)
      .raw("times", values_json(times));
}

std::string values_json(const std::vector<std::optional<double>>& values) {
  std::string out = "[";
  for (const auto& value : values) {
    if (out.size() > 1) out += ',';
    if (value) {
      core::append_json_number(out, *value);
    } else {
      out += "null";
    }
  }
  return out + "]";
}

}  // namespace slo
