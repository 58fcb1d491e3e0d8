#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Whether counted events show that objectives hold. Pure; docs/gate.md explains it to people.
namespace slo {

/// How evidence is weighed.
enum class gate_method {
  /// Beta-binomial mixture confidence sequences, one against each of the two errors: valid however
  /// often one looks, so a release may be asked about after every event and stopped as soon as the
  /// evidence suffices.
  sequence,
  /// Clopper and Pearson's exact interval: for a sample whose size was fixed before looking.
  /// Looking again until it passes would make it wrong more often than alpha.
  fixed,
};

enum class outcome { pass, fail, inconclusive };
const char* to_label(outcome o) noexcept;

/// Events of one objective, each good or bad, taken as independent; the budget is the share of bad
/// events that the objective allows, in (0, 1).
struct trial {
  std::int64_t events = 0;
  std::int64_t bad = 0;
  double budget = 0;
};

/// Bounds of the true error ratio; each of the two is wrong with a chance of at most alpha.
struct error_interval {
  double low = 0;
  double high = 1;
};
error_interval interval_of(const trial& t, double alpha, gate_method method);

/// The level at which the trial shows that the error ratio is below its budget (small: it does), or
/// above it. For a sequence these are reciprocals of the mixture martingale, valid at any stop.
double pass_level(const trial& t, gate_method method);
double fail_level(const trial& t, gate_method method);

/// The number of events at which the trial would pass if no further one were bad; nullopt beyond
/// 10^12.
std::optional<std::int64_t> events_to_pass(const trial& t, double alpha, gate_method method);

struct verdict {
  outcome overall = outcome::inconclusive;
  std::vector<outcome> each;  ///< in the order of the trials
};

/// A trial passes at level alpha, uncorrected, since all have to pass (an intersection-union test).
/// Fails are corrected by Holm, since one suffices: the chance that a release that keeps all its
/// objectives fails is at most alpha. Overall: fail if any failed, pass if there are trials and all
/// passed, else inconclusive. A trial without events is never a pass.
verdict judge(const std::vector<trial>& trials, double alpha, gate_method method);

}  // namespace slo
