#include "probe/report/timeline.hpp"

#include <algorithm>

namespace probe {

void timeline::halve() {
  std::vector<bin> half((bins_.size() + 1) / 2);
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    auto& into = half[i / 2];
    into.passed += bins_[i].passed;
    into.failed += bins_[i].failed;
    into.missed += bins_[i].missed;
    into.took.merge(bins_[i].took);
  }
  bins_ = std::move(half);
  width_ *= 2;
}

timeline timeline::coarser(std::size_t most) const {
  auto out = *this;
  while (out.bins_.size() > most) out.halve();
  return out;
}

timeline::bin& timeline::at(core::instant when) {
  const auto since = std::max(core::duration{}, core::duration(when - start_));
  auto index = static_cast<std::size_t>(since / width_);
  while (index >= most_bins) {
    halve();
    index = static_cast<std::size_t>(since / width_);
  }
  if (index >= bins_.size()) bins_.resize(index + 1);
  return bins_[index];
}

void timeline::ended(core::instant intended, bool passed, core::duration took) {
  auto& into = at(intended);
  ++(passed ? into.passed : into.failed);
  into.took.add(took);
}

void timeline::missed(core::instant when, std::uint64_t count) {
  if (count > 0) at(when).missed += count;
}

}  // namespace probe
