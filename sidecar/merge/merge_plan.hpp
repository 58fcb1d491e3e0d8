#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sidecar/merge/label_text.hpp"
#include "sidecar/merge/metrics_parser.hpp"

namespace sidecar {

/// Why samples of a source are not in the merged exposition; label values.
enum class merge_drop : std::uint8_t { conflict, duplicate, limit };
inline constexpr std::size_t merge_drops = 3;
const char* to_label(merge_drop why) noexcept;

/// A family, or series of one, that could not be merged.
struct merge_conflict {
  std::string family;
  std::string with;  ///< `remora`, or the source that had the name before
  std::string what;  ///< one sentence
  std::size_t samples = 0;
};

/// A source as the plan takes it; the referenced metrics outlive the plan.
struct merge_input {
  std::string name;
  const parsed_metrics* metrics = nullptr;
  extra_labels extra;
  std::size_t limit = 0;  ///< samples
};

/// What becomes of one source.
struct merge_result {
  std::size_t samples = 0;  ///< merged
  std::array<std::size_t, merge_drops> dropped{};
  std::vector<merge_conflict> conflicts;
};

/// A family of the merged exposition, from one source or several.
struct merged_family {
  std::string name;
  family_kind kind = family_kind::unknown;
  bool bare = false;
  std::string_view help, unit;
  std::optional<std::size_t> own;  ///< index of the section of ours that it continues
  struct piece {
    std::size_t source = 0;
    std::vector<const sample_line*> samples;
  };
  std::vector<piece> pieces;
  std::string first_source;
};

/// Decides how the families of several sources fit into one exposition behind our own: each name
/// once. A family of a name that another has taken is left out, unless both are of one type: then
/// its samples join that family, series that are there already left out. Pure.
class merge_plan {
 public:
  /// Takes the names of families that were written; they come first. `reserved` are names that are
  /// going to be.
  merge_plan(const core::exposition_writer& ours, std::span<const std::string_view> reserved);

  void add(const merge_input& input);

  const std::vector<merged_family>& families() const noexcept { return families_; }
  const std::vector<extra_labels>& extras() const noexcept { return extras_; }
  /// In the order of `add`.
  const std::vector<merge_result>& results() const noexcept { return results_; }

 private:
  std::size_t take_names(std::string_view name, family_kind kind, std::string_view owner);
  const std::size_t* clash(const parsed_family& family) const;
  void add_family(const merge_input& input, const parsed_family& family, merge_result& result);
  std::vector<const sample_line*> within_limit(const merge_input& input,
                                               const parsed_family& family, merge_result& result);
  void join(const merge_input& input, const parsed_family& family, merged_family& to,
            std::vector<const sample_line*> samples, merge_result& result);
  std::unordered_set<std::string>& series_of(std::size_t family);
  std::string key_of(const sample_line& sample, family_kind kind, const extra_labels& extra) const;

  const core::exposition_writer& ours_;
  std::vector<merged_family> families_;  // also ours, without pieces
  std::vector<merge_result> results_;
  std::vector<extra_labels> extras_;                      // a source each
  std::unordered_map<std::string, std::size_t> taken_;    // every name a family may write
  std::unordered_map<std::string, std::size_t> by_name_;  // of families
  std::unordered_map<std::size_t, std::unordered_set<std::string>> series_;  // where it matters
};

/// The label of a sample that is a number to be written canonically: "le", "quantile" or "".
std::string_view bound_label(std::string_view sample_name, family_kind kind) noexcept;

}  // namespace sidecar
