#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/evidence/evidence.hpp"
#include "slo/evidence/history.hpp"
#include "slo/gate/verdict.hpp"

/// The same service seen from outside (probes walk its paths) and from inside (the sidecar beside
/// it counts requests), and what it means when the two disagree. Pure.
namespace slo {

enum class view { black_box, white_box };
const char* to_label(view v) noexcept;

/// Label of an SLO's metadata that says which view it is, where its counters do not.
inline constexpr const char* view_label = "remora.view";

/// By its label, or else by its counters: `remora_probe_…` and `probe_…` are what probes count.
/// Nullopt when it is not known: a composite, an approximate objective without the label.
std::optional<view> view_of(const objective& o);

/// Which of two views saw more failures than the other.
enum class disagreement {
  none,           ///< the intervals overlap
  outside_worse,  ///< probes fail where the sidecar sees nothing: the path in front of it
  inside_worse,   ///< users fail where probes do not: what the scenario does not cover
  too_little,     ///< one of them has no events
};
const char* to_label(disagreement d) noexcept;

/// One objective of each view, with what is known of each error ratio.
struct seen_error {
  tally used;
  error_interval interval;
};

/// A stretch of time in which they disagreed.
struct disagreeing_period {
  unix_millis from = 0;
  unix_millis to = 0;
  disagreement what = disagreement::none;
  seen_error outside, inside;
};

struct view_comparison {
  std::string service;
  std::string outside_id, inside_id;  ///< of the objectives
  unix_millis from = 0;               ///< the time that both were looked at
  unix_millis to = 0;
  disagreement what = disagreement::too_little;
  seen_error outside, inside;
  std::vector<disagreeing_period> periods;  ///< the worst first, at most five; needs histories
  std::string reason;                       ///< one sentence for a person
};

/// The chance that any one comparison claims a disagreement where there is none.
inline constexpr double view_alpha = 0.05;

/// What an objective was observed to be.
struct viewed {
  const objective* what = nullptr;
  const evidence* seen = nullptr;
  const history* past = nullptr;  ///< null when there is none
};

/// Each black-box objective beside each white-box one of its service that counts events. Exact
/// intervals that do not overlap are a disagreement; the level is divided among the two, and among
/// all stretches that are looked at. With histories, the time is what both have.
std::vector<view_comparison> compare_views(const std::vector<viewed>& objectives);

}  // namespace slo
