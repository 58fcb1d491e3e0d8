#pragma once

#include <string>

#include "slo/model/selector.hpp"

namespace slo {

/// PromQL, in parentheses, for the events that each of a counter's series counted in the last
/// minute. Evaluated every minute, the results telescope: their sum over any window is the
/// counter's increase, exactly, where `increase` extrapolates. Per series:
/// - there a minute ago, or up to four minutes before that: the difference; after a reset (it went
///   down), what it still counted before it, as far as it was scraped, and the new value;
/// - new: its value, if its process started under two minutes ago or its target was scraped in the
///   minute before without it; otherwise nothing, for it may have counted for long.
/// Needs a scrape interval of at most 30 s, `up`, and for the first of the two cases of new series
/// `process_start_time_seconds` with the same job and instance.
std::string minute_delta(const selector& counter);

/// A metric of the targets that expose the counter: with its conditions on `job` and `instance`.
std::string target_selector(const char* metric, const selector& counter);

}  // namespace slo
