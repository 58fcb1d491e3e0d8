#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.hpp"

/// How often runs are intended to start, as a function of time: exact and pure.
namespace probe {

/// A rate over a limited time, in starts a second. After its end it is 0.
struct load_shape {
  enum class form : std::uint8_t {
    constant,     ///< `from`
    linear,       ///< from `from` to `to`, evenly
    incremental,  ///< `steps` equal steps from `from` to `to`, both included
    wave,         ///< a cosine from `from` up to `to` and back in each period
    spikes,       ///< `from`, but `to` during the last `spike` of each period
  };
  form kind = form::constant;
  double from = 0;
  double to = 0;
  double length = 0;  ///< seconds, as all times here
  int steps = 1;
  double period = 0;
  double spike = 0;

  double rate(double t) const noexcept;
  /// Starts intended in [0, t).
  double integral(double t) const noexcept;
};

/// Shapes one after the other, each perhaps the sum of several. The k-th start (from 0) is the last
/// instant at which at most k were intended: the integral of the rate, not one start added to
/// another, so that no rounding piles up. In every window as many starts lie as the integral over
/// it says, give or take less than one.
class load_profile {
 public:
  using sum = std::vector<load_shape>;

  void append(sum shapes);

  bool empty() const noexcept { return stages_.empty(); }
  core::duration length() const noexcept;
  /// How many starts there are in all.
  std::uint64_t count() const noexcept;
  /// Starts a second at `t` from the beginning; starts intended in [0, t).
  double rate(core::duration t) const noexcept;
  double integral(core::duration t) const noexcept;
  /// The k-th start, counted from the beginning; nullopt after the last.
  std::optional<core::duration> start(std::uint64_t k) const noexcept;
  /// How many starts lie in [0, t].
  std::uint64_t starts_until(core::duration t) const noexcept;

 private:
  struct stage {
    sum shapes;
    double begin = 0;
    double length = 0;
    double before = 0;  // starts of the stages before it
    double rate(double t) const noexcept;
    double integral(double t) const noexcept;
    double last_with(double count, double slack) const noexcept;
  };
  const stage* stage_at(double t) const noexcept;
  std::vector<stage> stages_;
  double total_ = 0;
};

}  // namespace probe
