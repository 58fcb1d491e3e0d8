#include "probe/report/run_counters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace probe {
namespace {

/// Takes `name="value",…}` off the front of what the exposition's writer wrote.
slo::label_list take_labels(std::string_view& rest) {
  slo::label_list out;
  while (!rest.empty() && rest.front() != '}') {
    const auto equals = rest.find('=');
    auto& label = out.emplace_back(rest.substr(0, equals), "");
    rest.remove_prefix(equals + 2);
    for (; rest.front() != '"'; rest.remove_prefix(1)) {
      const bool escaped = rest.front() == '\\';
      if (escaped) rest.remove_prefix(1);
      label.second.push_back(escaped && rest.front() == 'n' ? '\n' : rest.front());
    }
    rest.remove_prefix(rest.substr(1).starts_with(',') ? 2 : 1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return out;
}

/// One line, `name{labels} value`; nullopt for one that counts nothing.
std::optional<slo::counted_series> read_line(std::string_view line) {
  slo::counted_series out;
  const auto end = line.find_first_of("{ ");
  const std::string name(line.substr(0, end));
  line.remove_prefix(std::min(line.size(), end));
  if (line.starts_with('{')) {
    line.remove_prefix(1);
    out.labels = take_labels(line);
  }
  while (line.starts_with(' ')) line.remove_prefix(1);
  double value = 0;
  std::from_chars(line.data(), line.data() + line.size(), value);
  out.value = std::llround(value);
  out.labels.emplace_back("__name__", name);
  if (out.value <= 0) return std::nullopt;
  return out;
}

void read_family(std::string_view lines, run_counters& into) {
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const auto name = line.substr(0, line.find_first_of("{ "));
    if (line.empty() || line.starts_with('#') || name.ends_with("_sum")) continue;
    if (into.metrics.empty() || into.metrics.back() != name) {
      if (std::find(into.metrics.begin(), into.metrics.end(), name) == into.metrics.end())
        into.metrics.emplace_back(name);
    }
    if (auto one = read_line(line)) into.series.push_back(*std::move(one));
  }
}

}  // namespace

run_counters read_counters(const core::metric_source& source) {
  core::exposition_writer out(core::exposition_format::text);
  source.write(out);
  run_counters counted;
  for (std::size_t i = 0; i < out.sections().size(); ++i) {
    const auto type = out.sections()[i].type;
    if (type == core::metric_type::counter || type == core::metric_type::histogram)
      read_family(out.text(i), counted);
  }
  return counted;
}

}  // namespace probe
