#include "sidecar/merge/merge_plan.hpp"

#include <algorithm>
#include <numeric>

namespace sidecar {
namespace {

constexpr const char* ourselves = "remora";

bool one_sample_a_series(family_kind kind) noexcept {
  return kind == family_kind::unknown || kind == family_kind::gauge || kind == family_kind::counter;
}

void drop(merge_result& result, merge_drop why, std::size_t samples) {
  result.dropped[static_cast<std::size_t>(why)] += samples;
}

std::string written_name(const parsed_family& family) {
  std::string out(family.name);
  if (family.kind == family_kind::counter && !family.bare) out += "_total";
  return out;
}

}  // namespace

const char* to_label(merge_drop why) noexcept {
  switch (why) {
    case merge_drop::conflict: return "conflict";
    case merge_drop::duplicate: return "duplicate";
    case merge_drop::limit: break;
  }
  return "limit";
}

std::string_view bound_label(std::string_view sample_name, family_kind kind) noexcept {
  const auto ends = [&](std::string_view suffix) { return sample_name.ends_with(suffix); };
  if (kind == family_kind::histogram || kind == family_kind::gauge_histogram)
    return ends("_bucket") ? "le" : "";
  if (kind != family_kind::summary || ends("_sum") || ends("_count") || ends("_created")) return "";
  return "quantile";
}

merge_plan::merge_plan(const core::exposition_writer& ours,
                       std::span<const std::string_view> reserved)
    : ours_(ours) {
  for (std::size_t i = 0; i < ours.sections().size(); ++i) {
    const auto& section = ours.sections()[i];
    const auto index = take_names(section.name, to_family_kind(section.type), ourselves);
    families_[index].own = i;
  }
  // Of no type that a source's could be equal to: nothing joins what is not there yet.
  for (const auto name : reserved) {
    taken_.emplace(name, families_.size());
    auto& family = families_.emplace_back();
    family.name = name;
    family.first_source = ourselves;
  }
}

std::size_t merge_plan::take_names(std::string_view name, family_kind kind,
                                   std::string_view owner) {
  const std::size_t index = families_.size();
  auto& family = families_.emplace_back();
  family.name = name;
  family.kind = kind;
  family.first_source = owner;
  by_name_.emplace(name, index);
  taken_.emplace(name, index);
  for (const auto suffix : taken_suffixes(kind))
    taken_.emplace(std::string(name).append(suffix), index);
  return index;
}

// Of the family that has one of the names that this one would write; null when none has.
const std::size_t* merge_plan::clash(const parsed_family& family) const {
  const std::string name(family.name);
  const auto same = taken_.find(name);
  if (same != taken_.end()) return &same->second;
  if (family.bare) return nullptr;
  for (const auto suffix : taken_suffixes(family.kind)) {
    const auto found = taken_.find(name + std::string(suffix));
    if (found != taken_.end()) return &found->second;
  }
  return nullptr;
}

void merge_plan::add(const merge_input& input) {
  extras_.push_back(input.extra);
  merge_result result;
  if (input.metrics)
    for (const auto& family : input.metrics->families)
      if (family.count > 0) add_family(input, family, result);
  results_.push_back(std::move(result));
}

void merge_plan::add_family(const merge_input& input, const parsed_family& family,
                            merge_result& result) {
  if (family.retyped)
    result.conflicts.push_back({written_name(family), input.name,
                                "it is declared again, or after its samples; that is ignored", 0});
  // A counter without _total has no type that OpenMetrics could say, so it is of none for all.
  const family_kind kind = family.bare ? family_kind::unknown : family.kind;
  const auto named = by_name_.find(std::string(family.name));
  if (named != by_name_.end()) {
    auto& there = families_[named->second];
    if (there.kind == kind && there.bare == family.bare &&
        (there.unit == family.unit || there.own || family.unit.empty()))
      return join(input, family, there, within_limit(input, family, result), result);
  }
  if (const auto* by = clash(family)) {
    const auto& there = families_[*by];
    const bool same = there.name == family.name;
    result.conflicts.push_back({written_name(family), there.first_source,
                                same ? "the name is taken by a family of another type or unit"
                                     : "one of its names is taken by " + there.name,
                                family.count});
    return drop(result, merge_drop::conflict, family.count);
  }
  auto samples = within_limit(input, family, result);
  if (samples.empty()) return;
  const auto index = take_names(family.name, kind, input.name);
  auto& fresh = families_[index];
  fresh.bare = family.bare;
  fresh.help = family.help;
  fresh.unit = family.unit;
  if (family.scattered) return join(input, family, fresh, std::move(samples), result);
  result.samples += samples.size();
  fresh.pieces.push_back({results_.size(), std::move(samples)});
}

// A family that must not be cut through, because its series are several samples each, is in or out.
std::vector<const sample_line*> merge_plan::within_limit(const merge_input& input,
                                                         const parsed_family& family,
                                                         merge_result& result) {
  const bool over = result.dropped[static_cast<std::size_t>(merge_drop::limit)] > 0;
  std::size_t count = over ? 0 : std::min(family.count, input.limit - result.samples);
  if (count < family.count && !one_sample_a_series(family.kind)) count = 0;
  drop(result, merge_drop::limit, family.count - count);
  std::vector<const sample_line*> out(count);
  std::iota(out.begin(), out.end(), input.metrics->samples.data() + family.first);
  return out;
}

void merge_plan::join(const merge_input& input, const parsed_family& family, merged_family& to,
                      std::vector<const sample_line*> samples, merge_result& result) {
  auto& there = series_of(static_cast<std::size_t>(&to - families_.data()));
  std::size_t duplicates = 0;
  std::vector<const sample_line*> fresh;
  for (const auto* sample : samples) {
    if (there.insert(key_of(*sample, to.kind, input.extra)).second)
      fresh.push_back(sample);
    else
      ++duplicates;
  }
  if (duplicates > 0)
    result.conflicts.push_back(
        {written_name(family), to.first_source,
         "series of the same labels are there already; give the source a label of its own",
         duplicates});
  drop(result, merge_drop::duplicate, duplicates);
  result.samples += fresh.size();
  if (!fresh.empty()) to.pieces.push_back({results_.size(), std::move(fresh)});
}

std::unordered_set<std::string>& merge_plan::series_of(std::size_t index) {
  const auto [found, fresh] = series_.try_emplace(index);
  if (!fresh) return found->second;
  const auto& family = families_[index];
  for (const auto& piece : family.pieces)
    for (const auto* sample : piece.samples)
      found->second.insert(key_of(*sample, family.kind, extras_[piece.source]));
  if (!family.own) return found->second;
  std::string_view text = ours_.text(*family.own);
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    sample_line sample;
    if (!line.starts_with('#') && !parse_sample_line(line, ours_.format(), sample))
      found->second.insert(key_of(sample, family.kind, {}));
  }
  return found->second;
}

std::string merge_plan::key_of(const sample_line& sample, family_kind kind,
                               const extra_labels& extra) const {
  std::string labels;
  append_labels(labels, sample.labels, sample.plain_labels, extra, bound_label(sample.name, kind));
  return series_key(sample.name, labels);
}

}  // namespace sidecar
