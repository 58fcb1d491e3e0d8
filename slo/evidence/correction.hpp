#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slo/evidence/evidence.hpp"

/// What people recorded about a budget: planned maintenance, and corrections of what was counted.
/// The rules in Prometheus know nothing of it, so every number exists with and without it
/// (docs/report.md).
namespace slo {

enum class correction_kind {
  maintenance,  ///< announced beforehand
  correction,   ///< recorded afterwards
};
constexpr auto config_names(correction_kind) {
  return std::to_array<std::pair<std::string_view, correction_kind>>(
      {{"maintenance", correction_kind::maintenance}, {"correction", correction_kind::correction}});
}
const char* to_label(correction_kind k) noexcept;

/// One entry of a file of corrections.
struct correction {
  correction_kind kind = correction_kind::correction;
  std::vector<std::string> slos;      ///< names or ids of SLOs
  std::vector<std::string> services;  ///< or all SLOs of these
  unix_millis from = 0;
  unix_millis to = 0;
  /// So many bad events (slices, minutes) are forgiven; nullopt: the whole window does not count.
  std::optional<std::int64_t> forgive;
  std::string by;  ///< who answers for it
  std::string why;
  std::string file;  ///< where it is written
  int line = 0;
  int column = 0;

  bool concerns(const objective& o) const;
};

/// Reads one file of corrections. Strict: unknown keys, names that no objective has and windows
/// that end before they begin are problems; all are reported.
std::vector<correction> read_corrections(const core::document& from,
                                         const std::vector<objective>& objectives,
                                         core::problems& found);

/// The files of corrections that belong to SLO files: `corrections.yaml` in each folder, and beside
/// each file. A correction that overlaps another one of the same objective, unless both exclude
/// their windows, is a problem.
std::vector<correction> load_corrections(const std::vector<std::string>& paths,
                                         const std::vector<objective>& objectives,
                                         core::problems& found);

/// A part of a window that a correction concerns.
struct correction_window {
  const correction* what = nullptr;  ///< not owned
  unix_millis from = 0;              ///< within the evidence's window
  unix_millis to = 0;
};

/// What is to be looked up for an objective whose evidence is of (from, to]: excluded windows
/// first, those that overlap joined (by the first of them), then windows of which something is
/// forgiven.
std::vector<correction_window> windows_of(const objective& o,
                                          const std::vector<correction>& corrections,
                                          unix_millis from, unix_millis to);

/// A correction with what it changed.
struct applied_correction {
  correction what;
  unix_millis from = 0;
  unix_millis to = 0;
  tally taken;          ///< out of the numbers: all of a window, or bad ones alone
  std::string problem;  ///< why it could not be applied; "" when it was
};

/// Evidence with its corrections: what would have been without them is the evidence itself.
struct corrected_numbers {
  tally used;
  std::optional<double> burn;  ///< of a composite
  bool covers_now = false;     ///< the last five minutes are within an excluded window
  std::vector<applied_correction> applied;
};

/// Takes corrections out of evidence; `within` is what was counted in each window, in order. Pure.
corrected_numbers correct(const evidence& seen, const std::vector<correction_window>& windows,
                          const std::vector<evidence>& within);

/// The rates with corrections.
std::optional<double> burn_rate(const objective& o, const corrected_numbers& n);
std::optional<double> budget_left(const objective& o, const corrected_numbers& n);

}  // namespace slo
