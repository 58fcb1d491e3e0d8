#include "slo/serve/probe_timeline.hpp"

#include <map>
#include <optional>

#include "core/json_writer.hpp"
#include "slo/serve/grid_json.hpp"

namespace slo {

namespace {

using grid_values = std::vector<std::optional<double>>;

struct timeline {
  grid_values passed, failed;
  std::map<std::string, grid_values> places;
};

using timelines = std::map<std::pair<std::string, std::string>, timeline>;

void add(const time_series& series, const time_grid& grid, grid_values& into) {
  into.resize(grid.size());
  for (const auto& s : series.samples) {
    if (s.at < grid.from || s.at > grid.to) continue;
    auto& place = into[static_cast<std::size_t>((s.at - grid.from) / grid.step)];
    place = place.value_or(0) + s.value;
  }
}

std::pair<std::string, std::string> name_of(const time_series& series) {
  return {std::string(series.label("scenario")), std::string(series.label("target"))};
}

/// A step with runs has both counts; one without has neither.
void complete(timeline& t, std::size_t size) {
  t.passed.resize(size);
  t.failed.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    if (t.passed[i] && !t.failed[i]) t.failed[i] = 0;
    if (t.failed[i] && !t.passed[i]) t.passed[i] = 0;
  }
}

std::string json_of(const std::pair<std::string, std::string>& name, const timeline& t) {
  core::json_object places;
  for (const auto& [place, values] : t.places) places.raw(place, values_json(values));
  return core::json_object()
      .text("scenario", name.first)
      .text("target", name.second)
      .raw("passed", values_json(t.passed))
      .raw("failed", values_json(t.failed))
      .raw("where", places.take())
      .take();
}

}  // namespace

std::string probe_runs_query(const time_grid& grid) {
  const std::string runs = "remora_probe_runs_total";
  const std::string before = runs + " offset " + std::to_string(grid.step) + "ms";
  return "sum by (scenario,target,outcome,where) (((" + runs + " - " + before + ") >= 0) or (" +
         runs + " and " + before + ")) > 0";
}

std::string probe_scenarios_query() {
  return "count by (scenario,target) (remora_probe_runs_total)";
}

std::string scenario_of(const objective& o) {
  if (!o.counters || !o.counters->total.metric.starts_with("remora_probe_")) return {};
  for (const auto& m : o.counters->total.matchers) {
    if (m.label == "scenario" && m.op == label_matcher::kind::equal) return m.value;
  }
  return {};
}

std::string probes_json(const time_grid& grid, const std::vector<time_series>& runs,
                        const std::vector<time_series>& scenarios) {
  timelines all;
  for (const auto& series : scenarios) all[name_of(series)];
  for (const auto& series : runs) {
    auto& t = all[name_of(series)];
    const bool failed = series.label("outcome") == "failed";
    add(series, grid, failed ? t.failed : t.passed);
    if (failed) add(series, grid, t.places[std::string(series.label("where"))]);
  }
  core::json_list list;
  for (auto& [name, t] : all) {
    complete(t, grid.size());
    list.add(json_of(name, t));
  }
  core::json_object out;
  return add_grid(out, grid).raw("scenarios", list.take()).take() + "\n";
}

}  // namespace slo
