#include "core/series_census.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace core {
namespace {

/// What is counted of a family while its lines go by.
struct tally {
  std::size_t samples = 0;
  std::unordered_set<std::string> series;
  // By label: of each value, how many series have it.
  std::map<std::string, std::map<std::string, std::size_t, std::less<>>, std::less<>> labels;

  void add(const sample_line& line) {
    ++samples;
    std::string key;
    std::vector<rendered_label> kept;
    for (auto rest = line.labels; const auto label = take_label(rest);) {
      // What tells the lines of one histogram or summary apart makes no series of its own.
      if (label->name == "le" || label->name == "quantile") continue;
      kept.push_back(*label);
      key.append(label->name).append("=").append(label->value).append("\"");
    }
    if (!series.insert(std::move(key)).second) return;
    for (const auto& label : kept) ++labels[std::string(label.name)][std::string(label.value)];
  }
};

series_census::label_count count_label(
    const std::string& name, const std::map<std::string, std::size_t, std::less<>>& values,
    std::size_t greatest) {
  series_census::label_count out{name, values.size(), {}};
  for (const auto& [value, series] : values) out.greatest.push_back({value, series});
  std::stable_sort(out.greatest.begin(), out.greatest.end(),
                   [](const auto& a, const auto& b) { return a.series > b.series; });
  if (out.greatest.size() > greatest) out.greatest.resize(greatest);
  return out;
}

/// The family of a `# TYPE name type` line; "" for any other line.
std::string_view typed_family(std::string_view line) noexcept {
  constexpr std::string_view mark = "# TYPE ";
  if (!line.starts_with(mark)) return {};
  line.remove_prefix(mark.size());
  return line.substr(0, line.find(' '));
}

}  // namespace

std::optional<rendered_label> take_label(std::string_view& labels) noexcept {
  const auto equals = labels.find("=\"");
  if (equals == std::string_view::npos) return std::nullopt;
  rendered_label out{labels.substr(0, equals), {}};
  std::size_t end = equals + 2;
  while (end < labels.size() && labels[end] != '"') end += labels[end] == '\\' ? 2 : 1;
  if (end >= labels.size()) return std::nullopt;
  out.value = labels.substr(equals + 2, end - equals - 2);
  labels.remove_prefix(end + 1);
  if (labels.starts_with(',')) labels.remove_prefix(1);
  return out;
}

std::optional<sample_line> parse_sample_line(std::string_view line) noexcept {
  if (line.empty() || line.front() == '#') return std::nullopt;
  sample_line out;
  const auto name_end = line.find_first_of("{ ");
  if (name_end == std::string_view::npos || name_end == 0) return std::nullopt;
  out.name = line.substr(0, name_end);
  std::string_view rest = line.substr(name_end);
  if (rest.front() == '{') {
    rest.remove_prefix(1);
    const std::string_view from = rest;
    while (!rest.starts_with('}'))
      if (!take_label(rest)) return std::nullopt;
    out.labels = from.substr(0, from.size() - rest.size());
    rest.remove_prefix(1);
  }
  if (!rest.starts_with(' ') || rest.size() < 2) return std::nullopt;
  out.value = rest.substr(1);
  return out;
}

series_census take_census(std::string_view exposition, std::size_t greatest) {
  std::map<std::string, tally, std::less<>> families;
  tally* current = nullptr;
  while (!exposition.empty()) {
    const auto line = exposition.substr(0, exposition.find('\n'));
    exposition.remove_prefix(std::min(exposition.size(), line.size() + 1));
    if (const auto name = typed_family(line); !name.empty()) current = &families[std::string(name)];
    const auto sample = parse_sample_line(line);
    if (sample && !current) current = &families[std::string(sample->name)];
    if (sample) current->add(*sample);
  }
  series_census out;
  for (const auto& [name, counted] : families) {
    auto& family = out.families.emplace_back();
    family = {name, counted.series.size(), counted.samples, {}};
    for (const auto& [label, values] : counted.labels)
      family.labels.push_back(count_label(label, values, greatest));
    out.series += family.series;
    out.samples += family.samples;
  }
  std::stable_sort(out.families.begin(), out.families.end(),
                   [](const auto& a, const auto& b) { return a.series > b.series; });
  return out;
}

}  // namespace core
