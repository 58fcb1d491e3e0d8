#pragma once

#include <string>

#include "sidecar/merge/merge_plan.hpp"

namespace sidecar {

/// Writes the families of a plan in either format. Names and values stay as they came; what differs
/// is metadata (0.0.4 names a counter's family as its samples, and knows neither units nor
/// OpenMetrics' own types: their samples become gauges), timestamps (milliseconds in 0.0.4) and
/// exemplars (OpenMetrics only, at most 128 characters of labels).
class family_writer {
 public:
  family_writer(const merge_plan& plan, std::span<const core::exposition_format> of_source,
                core::exposition_format to)
      : plan_(plan), of_source_(of_source), to_(to) {}

  /// The lines of a family, with its metadata unless it continues one of ours.
  std::string lines(const merged_family& family) const;
  /// What 0.0.4 must write as families of their own behind it: `_created`, `_gsum`, `_gcount`.
  std::string apart(const merged_family& family) const;

 private:
  bool goes_apart(const sample_line& sample, const merged_family& family,
                  std::string_view suffix) const;
  void append_samples(std::string& out, const merged_family& family, std::string_view suffix) const;
  void append_sample(std::string& out, const sample_line& sample, const merged_family& family,
                     std::size_t source) const;
  void append_head(std::string& out, const merged_family& family) const;

  const merge_plan& plan_;
  std::span<const core::exposition_format> of_source_;
  core::exposition_format to_;
};

}  // namespace sidecar
