#include "sidecar/merge/created_samples.hpp"

#include "sidecar/merge/label_text.hpp"
#include "sidecar/merge/merge_plan.hpp"
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

/// The labels as they will be written, in the order of their names: two spellings of the same
/// labels are equal.
std::string labels_key(const sample_line& sample, family_kind kind) {
  std::string written;
  append_labels(written, sample.labels, sample.plain_labels, {}, bound_label(sample.name, kind));
  return series_key({}, written);
}

/// A family's samples in two lists, each in the order they came.
struct split_samples {
  std::vector<sample_line> values, created;
};

split_samples split(const parsed_metrics& metrics, const parsed_family& family,
                    const parsed_family* gauge) {
  split_samples out;
  for (const auto& sample : metrics.samples_of(family)) {
    const bool is_created = may_have_created(family) && sample.name.ends_with(created) &&
                            sample.name.size() == family.name.size() + created.size();
    (is_created ? out.created : out.values).push_back(sample);
  }
  if (gauge) {
    const auto more = metrics.samples_of(*gauge);
    out.created.insert(out.created.end(), more.begin(), more.end());
  }
  return out;
}

void append_placed(std::vector<sample_line>& out, const split_samples& from, family_kind kind) {
  const std::size_t count = from.values.size();
  if (from.created.empty() || count == 0) {
    out.insert(out.end(), from.values.begin(), from.values.end());
    out.insert(out.end(), from.created.begin(), from.created.end());
    return;
  }
  std::unordered_map<std::string, std::size_t> last;
  for (std::size_t i = 0; i < count; ++i) last[labels_key(from.values[i], kind)] = i;
  std::vector<std::vector<const sample_line*>> behind(count);
  for (const auto& sample : from.created) {
    const auto at = last.find(labels_key(sample, kind));
    behind[at == last.end() ? count - 1 : at->second].push_back(&sample);
  }
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(from.values[i]);
    for (const auto* sample : behind[i]) out.push_back(*sample);
  }
}

}  // namespace

void place_created_samples(parsed_metrics& metrics) {
  const auto gauges = metrics.format == core::exposition_format::text
                          ? find_gauges(metrics)
                          : std::unordered_map<std::size_t, std::size_t>();
  std::vector<bool> folded(metrics.families.size());
  for (const auto& [parent, gauge] : gauges) folded[gauge] = true;
  std::vector<sample_line> samples;
  samples.reserve(metrics.samples.size());
  std::vector<parsed_family> families = metrics.families;
  for (std::size_t i = 0; i < families.size(); ++i) {
    const auto& before = metrics.families[i];
    families[i].first = samples.size();
    const auto gauge = gauges.find(i);
    const auto* beside = gauge == gauges.end() ? nullptr : &metrics.families[gauge->second];
    if (!folded[i]) append_placed(samples, split(metrics, before, beside), before.kind);
    families[i].count = samples.size() - families[i].first;
  }
  metrics.families = std::move(families);
  metrics.samples = std::move(samples);
}

}  // namespace sidecar
