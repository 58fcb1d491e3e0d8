#include "sidecar/merge/created_samples.hpp"

#include "sidecar/merge/metrics_parser.hpp"

namespace sidecar {
namespace {

constexpr std::string_view created = "_created";

using index_by_name = std::unordered_map<std::string_view, std::size_t>;

bool may_have_created(const parsed_family& f) noexcept {
  const bool kind = f.kind == family_kind::counter || f.kind == family_kind::histogram ||
                    f.kind == family_kind::summary;
  return kind && !f.bare && f.count > 0;
}

bool may_be_created(const parsed_family& f) noexcept {
  const bool kind = f.kind == family_kind::gauge || f.kind == family_kind::unknown;
  return kind && f.count > 0 && f.name.ends_with(created);
}

/// The gauge of each family that has one, by the family's index.
std::unordered_map<std::size_t, std::size_t> find_gauges(const parsed_metrics& metrics) {
  index_by_name parents;
  for (std::size_t i = 0; i < metrics.families.size(); ++i)
    if (may_have_created(metrics.families[i])) parents.emplace(metrics.families[i].name, i);
  std::unordered_map<std::size_t, std::size_t> out;
  for (std::size_t i = 0; i < metrics.families.size(); ++i) {
    const auto& f = metrics.families[i];
    if (!may_be_created(f)) continue;
    const auto parent = parents.find(f.name.substr(0, f.name.size() - created.size()));
    if (parent != parents.end()) out.emplace(parent->second, i);
  }
  return out;
}

/// Appends a family's samples, each gauge's sample behind the last one of its labels.
void append_folded(std::vector<sample_line>& out, const parsed_metrics& metrics,
                   const parsed_family& family, const parsed_family& gauge) {
  index_by_name last;
  for (std::size_t i = 0; i < family.count; ++i) last[metrics.samples[family.first + i].labels] = i;
  std::vector<std::vector<std::size_t>> behind(family.count);
  for (std::size_t i = gauge.first; i < gauge.first + gauge.count; ++i) {
    const auto at = last.find(metrics.samples[i].labels);
    behind[at == last.end() ? family.count - 1 : at->second].push_back(i);
  }
  for (std::size_t i = 0; i < family.count; ++i) {
    out.push_back(metrics.samples[family.first + i]);
    for (const auto sample : behind[i]) out.push_back(metrics.samples[sample]);
  }
}

}  // namespace

void fold_created_samples(parsed_metrics& metrics) {
  const auto gauges = find_gauges(metrics);
  if (gauges.empty()) return;
  std::vector<bool> folded(metrics.families.size());
  for (const auto& [parent, gauge] : gauges) folded[gauge] = true;
  std::vector<sample_line> samples;
  samples.reserve(metrics.samples.size());
  std::vector<parsed_family> families = metrics.families;
  for (std::size_t i = 0; i < families.size(); ++i) {
    const auto& before = metrics.families[i];
    families[i].first = samples.size();
    const auto gauge = gauges.find(i);
    if (gauge != gauges.end()) {
      append_folded(samples, metrics, before, metrics.families[gauge->second]);
    } else if (!folded[i]) {
      const auto from = metrics.samples.begin() + static_cast<std::ptrdiff_t>(before.first);
      samples.insert(samples.end(), from, from + static_cast<std::ptrdiff_t>(before.count));
    }
    families[i].count = samples.size() - families[i].first;
  }
  metrics.families = std::move(families);
  metrics.samples = std::move(samples);
}

}  // namespace sidecar
