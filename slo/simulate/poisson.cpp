#include "slo/simulate/poisson.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace slo {

namespace {

/// Beyond ten standard deviations, or twenty events where these are few, nothing is ever drawn.
constexpr double spread = 10;
constexpr double least_spread = 20;

}  // namespace

poisson_distribution poisson_chances(double mean) {
  if (mean <= 0) return {0, {1}};
  const double reach = spread * std::sqrt(mean) + least_spread;
  poisson_distribution out;
  out.first = std::max<std::int64_t>(0, static_cast<std::int64_t>(mean - reach));
  const auto last = static_cast<std::int64_t>(mean + reach);
  auto& p = out.chances;
  p.resize(static_cast<std::size_t>(last - out.first + 1));

  // From the mode outwards, so that no factorial is needed.
  const auto number = [&](std::size_t i) {
    return static_cast<double>(out.first) + static_cast<double>(i);
  };
  const auto mode = static_cast<std::size_t>(static_cast<std::int64_t>(mean) - out.first);
  p[mode] = 1;
  for (auto i = mode + 1; i < p.size(); ++i) p[i] = p[i - 1] * mean / number(i);
  for (auto i = mode; i > 0; --i) p[i - 1] = p[i] * number(i) / mean;
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  for (auto& chance : p) chance /= sum;
  return out;
}

poisson_table::poisson_table(double mean) {
  auto distribution = poisson_chances(mean);
  first_ = distribution.first;
  share_ = std::move(distribution.chances);
  const auto count = share_.size();
  other_.resize(count);

  // Each slot has room for 1/count: what a rare number leaves free is filled by a frequent one.
  std::vector<std::uint32_t> rare;
  std::vector<std::uint32_t> frequent;
  for (std::uint32_t i = 0; i < count; ++i) {
    share_[i] *= static_cast<double>(count);
    other_[i] = i;
    (share_[i] < 1 ? rare : frequent).push_back(i);
  }
  while (!rare.empty() && !frequent.empty()) {
    const auto small = rare.back();
    const auto large = frequent.back();
    rare.pop_back();
    other_[small] = large;
    share_[large] -= 1 - share_[small];
    if (share_[large] >= 1) continue;
    frequent.pop_back();
    rare.push_back(large);
  }
  for (const auto& rest : {rare, frequent}) {
    for (const auto i : rest) share_[i] = 1;  // rounding left it a hair off
  }
}

}  // namespace slo
