#include "slo/serve/chart_data.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "core/config_reader.hpp"
#include "core/json_writer.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/serve/grid_json.hpp"

namespace slo {

namespace {

using problems = std::vector<core::problem_item>;

void read_range(const core::server_request& request, const grid_limits& limits, unix_millis& into,
                problems& found) {
  const auto text = request.parameter("range");
  if (!text) return;
  core::duration range{};
  const bool good = core::parse_duration(*text, range);
  into = std::chrono::duration_cast<std::chrono::milliseconds>(range).count();
  if (good && into >= limits.shortest && into <= limits.longest) return;
  const auto span = [](unix_millis t) {
    return core::format_duration(std::chrono::milliseconds(t));
  };
  found.push_back({"range is a duration from " + span(limits.shortest) + " to " +
                       span(limits.longest) + ", such as 6h",
                   {},
                   "range"});
}

void read_end(const core::server_request& request, unix_millis& into, problems& found) {
  const auto text = request.parameter("at");
  if (!text) return;
  if (const auto at = parse_time(*text)) {
    into = *at;
    return;
  }
  found.push_back({"at is a time: RFC 3339 in UTC, or Unix seconds", {}, "at"});
}

void read_points(const core::server_request& request, const grid_limits& limits, int& into,
                 problems& found) {
  const auto text = request.parameter("points");
  if (!text) return;
  const auto* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, into);
  if (read.ec == std::errc() && read.ptr == end && into >= 2 && into <= limits.most_points) return;
  found.push_back(
      {"points is a number from 2 to " + std::to_string(limits.most_points), {}, "points"});
}

/// Of several groups the worst one counts.
double worse(std::string_view metric, double a, double b) {
  return metric == "burn_rate" ? std::max(a, b) : std::min(a, b);
}

using grid_values = std::vector<std::optional<double>>;

/// `slo:burn_rate:ratio` → `burn_rate`.
std::string_view short_name(std::string_view metric) {
  metric.remove_prefix(std::min(metric.size(), metric.find(':') + 1));
  return metric.substr(0, metric.find(':'));
}

void merge(std::string_view metric, const time_series& series, const time_grid& grid,
           grid_values& into) {
  for (const auto& s : series.samples) {
    if (s.at < grid.from || s.at > grid.to || !std::isfinite(s.value)) continue;
    auto& place = into[static_cast<std::size_t>((s.at - grid.from) / grid.step)];
    place = place ? worse(metric, *place, s.value) : s.value;
  }
}

}  // namespace

boost::system::result<time_grid, problems> read_grid(const core::server_request& request,
                                                     unix_millis standard, unix_millis now,
                                                     const grid_limits& limits) {
  problems found;
  auto range = standard;
  auto end = now;
  int points = limits.points;
  read_range(request, limits, range, found);
  read_end(request, end, found);
  read_points(request, limits, points, found);
  if (!found.empty()) return found;
  const auto whole = [](unix_millis t, unix_millis unit) { return (t + unit - 1) / unit * unit; };
  const auto step = std::max(limits.least_step, whole(range / points, 1000));
  const auto to = std::max<unix_millis>(end / step * step, step);
  return time_grid{std::max<unix_millis>(0, to - range / step * step), to, step};
}

std::string chart_query(const objective& o) {
  return "{__name__=~\"slo:(burn_rate|coverage|error_budget_remaining):ratio\",slo_id=" +
         promql_string(o.id) + "}";
}

std::string chart_json(const objective& o, const time_grid& grid,
                       const std::vector<time_series>& found) {
  std::map<std::pair<std::string, std::string>, grid_values> joined;
  for (const auto& series : found) {
    const auto metric = short_name(series.label("__name__"));
    auto& values = joined[{std::string(metric), std::string(series.label("window"))}];
    values.resize(grid.size());
    merge(metric, series, grid, values);
  }
  core::json_list all;
  for (const auto& [name, values] : joined) {
    all.add(core::json_object()
                .text("metric", name.first)
                .text("window", name.second)
                .raw("values", values_json(values))
                .take());
  }
  core::json_object out;
  out.text("id", o.id);
  return add_grid(out, grid).raw("series", all.take()).take() + "\n";
}

}  // namespace slo
