#include "slo/gate/simulated_release.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace slo {

namespace {

constexpr auto never = std::numeric_limits<std::int64_t>::max();

/// Number of the next bad event after `now`: each one is bad with the same chance.
std::int64_t next_bad(std::int64_t now, double truth, std::mt19937_64& random) {
  if (truth <= 0) return never;
  if (truth >= 1) return now + 1;
  // In (0, 1]: a logarithm of 0 would be no number of events.
  const double drawn = 1 - std::generate_canonical<double, 53>(random);
  const double gap = std::floor(std::log(drawn) / std::log1p(-truth));
  return gap > 1e15 ? never : now + 1 + static_cast<std::int64_t>(gap);
}

class release {
 public:
  release(const std::vector<simulated_objective>& objectives, const simulated_rules& rules,
          std::mt19937_64& random)
      : objectives_(objectives), rules_(rules), random_(random) {
    for (const auto& o : objectives) trials_.push_back({0, 0, o.budget});
    next_.resize(objectives.size());
    for (std::size_t i = 0; i < next_.size(); ++i) draw(i, 0);
  }

  simulated_end run() {
    std::int64_t now = 0;
    for (;;) {
      const auto event = std::min(*std::min_element(next_.begin(), next_.end()), rules_.most + 1);
      if (judged_at(event - 1) == outcome::pass) return {outcome::pass, first_pass(now, event - 1)};
      if (event > rules_.most) return {outcome::inconclusive, rules_.most};
      now = event;
      for (std::size_t i = 0; i < next_.size(); ++i) {
        if (next_[i] != now) continue;
        ++trials_[i].bad;
        draw(i, now);
      }
      if (const auto what = judged_at(now); what != outcome::inconclusive) return {what, now};
    }
  }

 private:
  void draw(std::size_t i, std::int64_t now) {
    if (i > 0 && rules_.together) {
      next_[i] = next_[0];
    } else {
      next_[i] = next_bad(now, objectives_[i].truth, random_);
    }
  }

  outcome judged_at(std::int64_t events) {
    for (auto& t : trials_) t.events = events;
    return judge(trials_, rules_.alpha, rules_.method).overall;
  }

  /// The first event of a run of good ones at which it passed.
  std::int64_t first_pass(std::int64_t open, std::int64_t passed) {
    while (passed - open > 1) {
      const auto middle = open + (passed - open) / 2;
      (judged_at(middle) == outcome::pass ? passed : open) = middle;
    }
    return passed;
  }

  const std::vector<simulated_objective>& objectives_;
  const simulated_rules& rules_;
  std::mt19937_64& random_;
  std::vector<trial> trials_;
  std::vector<std::int64_t> next_;
};

}  // namespace

simulated_end simulate_release(const std::vector<simulated_objective>& objectives,
                               const simulated_rules& rules, std::mt19937_64& random) {
  return release(objectives, rules, random).run();
}

std::int64_t simulated_course::decided_by(double share_of_releases) const noexcept {
  const auto wanted =
      static_cast<std::size_t>(std::ceil(share_of_releases * static_cast<double>(releases)));
  if (wanted == 0 || wanted > decided_after.size()) return -1;
  return decided_after[wanted - 1];
}

simulated_course simulate_releases(const std::vector<simulated_objective>& objectives,
                                   const simulated_rules& rules, std::int64_t releases,
                                   std::uint64_t seed) {
  std::mt19937_64 random(seed);
  simulated_course out;
  out.releases = releases;
  for (std::int64_t i = 0; i < releases; ++i) {
    const auto end = simulate_release(objectives, rules, random);
    if (end.what == outcome::inconclusive) continue;
    ++(end.what == outcome::pass ? out.passed : out.failed);
    out.decided_after.push_back(end.events);
  }
  std::sort(out.decided_after.begin(), out.decided_after.end());
  return out;
}

}  // namespace slo
