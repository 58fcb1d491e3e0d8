#pragma once

#include <optional>
#include <string>

#include "slo/report/report.hpp"

/// What the page knows of all objectives, as JSON for its scripts and as a plain table. Pure.
namespace slo {

/// What the page is made from: the last report there was, and why there is no newer one.
struct page_state {
  std::optional<report> last;
  std::string problem;  ///< of the last attempt; "" when it gave `last`

  /// The numbers are those of another time.
  bool stale() const noexcept { return !problem.empty(); }
  /// The last report; when it is stale, every objective's problem says so, and its state with it:
  /// what was good then is not known to be good now.
  report shown() const;
};

/// What `report_json` says, with `stale`, `problem` and `refresh_seconds`; needs a report.
std::string slos_json(const page_state& state, double refresh_seconds);

/// `{"at","stale","problem","slo":{…},"scenario","alerts":[…]}` of one; "" when there is none of
/// that id. `scenario` is the probe's whose runs the objective counts, null for another's; `alerts`
/// are the burn rates that its alerts fire at.
std::string slo_json(const page_state& state, std::string_view id);

/// The whole of it as a page without scripts.
std::string plain_html(const page_state& state);

}  // namespace slo
