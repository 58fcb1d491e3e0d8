#pragma once

#include <vector>

#include "slo/evidence/correction.hpp"
#include "slo/evidence/evidence.hpp"
#include "slo/evidence/history.hpp"

/// Composites from their members. Pure.
namespace slo {

/// An objective with what was observed of it.
struct observed {
  const objective* what = nullptr;
  const evidence* seen = nullptr;
};

/// Occurrences and RatioTimeslices: it burns what its members burn, weighted. Only as long as all
/// of them have numbers; else the problem names the members that have none. Covered as its least
/// covered member.
evidence composite_evidence(const objective& o, const std::vector<observed>& members);

/// Timeslices: a slice is bad as soon as it is bad for any member; weights do not count. The budget
/// is that of the strictest member. `slices` are histories of the members, a point a slice.
evidence composite_slices_evidence(const objective& o, const std::vector<observed>& members,
                                   const std::vector<history>& slices);

/// Weighted sum of the members' burn rates in each step, where all of them have one.
history composite_history(const objective& o, const std::vector<const history*>& members);

/// A composite with the corrections of its members (`corrected`, null for those without); nullopt
/// when none has any. Of Timeslices nothing can be taken out: their problem says so.
std::optional<corrected_numbers> correct_composite(
    const objective& o, const evidence& seen, const std::vector<observed>& members,
    const std::vector<const corrected_numbers*>& corrected);

/// Whether it is made from the members' slices, not from their burn rates.
bool of_whole_slices(const std::vector<observed>& members);

}  // namespace slo
