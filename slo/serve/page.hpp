#pragma once

#include <optional>
#include <string>

#include "slo/report/report.hpp"

/// The page for people, as HTML. Pure.
namespace slo {

/// What the page is made from: the last report there was, and why there is no newer one.
struct page_state {
  std::optional<report> last;
  std::string problem;  ///< of the last attempt; "" when it gave `last`
};

/// The cards of all SLOs with their heading: what the page refreshes.
std::string cards_html(const page_state& state);

/// The whole page around them.
std::string page_html(const page_state& state);

}  // namespace slo
