#pragma once

#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "slo/evidence/evidence.hpp"

/// Events of two counters, by when they were scraped. Pure.
namespace slo {

/// Equal steps, the first one (from, from + step].
struct event_bins {
  unix_millis from = 0;
  unix_millis step = 0;
  std::vector<event_counts> bins;
};

/// What grew within (from, from + count * step]. Within a bin, bad events may be negative: good
/// ones that were counted a scrape ahead of all. The error names a series that is no counter.
boost::system::result<event_bins, std::string> bins_of(const objective& o,
                                                       const raw_samples& samples,
                                                       const std::vector<target_history>& targets,
                                                       unix_millis from, unix_millis step,
                                                       std::size_t count);

/// The time slices of an objective that lie within (from, to] as a whole, aligned to the epoch, or
/// to `from` when the period is the calendar's.
struct slice_range {
  unix_millis from = 0;
  unix_millis step = 0;
  std::size_t count = 0;
};
slice_range slices_within(const objective& o, unix_millis from, unix_millis to);

/// How bad a slice is that has events: all or nothing with a slice target, else its share of bad
/// events.
double slice_badness(const time_slices& by, double error_ratio);

/// Bins that are slices, as slices: those without events are left out.
tally slices_of(const objective& o, const event_bins& bins);

}  // namespace slo
