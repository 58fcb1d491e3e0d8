#include "probe/engine/run_ledger.hpp"

#include <numeric>

namespace probe {

const char* to_label(missed_reason reason) noexcept {
  constexpr std::array<const char*, all_missed_reasons.size()> labels{
      "overrun", "late", "suspended", "exhausted", "shutdown"};
  return labels[static_cast<std::size_t>(reason)];
}

bool run_ledger::admit(std::int64_t most) noexcept {
  if (running_ >= static_cast<std::uint64_t>(most)) {
    miss(missed_reason::overrun);
    return false;
  }
  ++scheduled_;
  ++running_;
  return true;
}

void run_ledger::miss(missed_reason why, std::uint64_t count) noexcept {
  scheduled_ += count;
  missed_[static_cast<std::size_t>(why)] += count;
}

void run_ledger::finish() noexcept {
  --running_;
  ++runs_;
}

void run_ledger::abandon(missed_reason why) noexcept {
  --running_;
  ++missed_[static_cast<std::size_t>(why)];
}

std::uint64_t run_ledger::missed() const noexcept {
  return std::accumulate(missed_.begin(), missed_.end(), std::uint64_t{0});
}

}  // namespace probe
