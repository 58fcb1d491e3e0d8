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
const char* to_label(gate_method m) noexcept;

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

/// The levels at which something is shown to be kept, and to be violated: the smaller, the more
/// surely. For a sequence these are reciprocals of the mixture martingale, valid at any stop.
struct levels {
  double pass = 1;
  double fail = 1;
};
levels levels_of(const trial& t, gate_method method);
double pass_level(const trial& t, gate_method method);
double fail_level(const trial& t, gate_method method);

/// The number of events at which the trial would pass if no further one were bad; nullopt beyond
/// 10^12.
std::optional<std::int64_t> events_to_pass(const trial& t, double alpha, gate_method method);

/// Trials whose error ratios, each divided by its budget and weighted, add up: a composite. It is
/// kept while the sum, its burn rate, is below 1.
struct weighted_trial {
  trial what;
  double weight = 1;
};
/// Bounds of the sum: the weighted bounds of its parts, each at an equal part of alpha. Between 0
/// and what it is when all is bad.
error_interval burn_of(const std::vector<weighted_trial>& parts, double alpha, gate_method method);
levels levels_of(const std::vector<weighted_trial>& parts, gate_method method);

struct verdict {
  outcome overall = outcome::inconclusive;
  std::vector<outcome> each;  ///< in the order of what was judged
};

/// Something passes at level alpha, uncorrected, since all have to pass (an intersection-union
/// test). Fails are corrected by Holm, since one suffices: the chance that a release that keeps all
/// its objectives fails is at most alpha, however they depend on each other. Overall: fail if any
/// failed, pass if there is anything and all passed, else inconclusive. Without events nothing ever
/// passes.
verdict judge(const std::vector<levels>& shown, double alpha);
verdict judge(const std::vector<trial>& trials, double alpha, gate_method method);

}  // namespace slo
