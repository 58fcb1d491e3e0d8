#include "probe/engine/schedule.hpp"

#include <algorithm>
#include <utility>

namespace probe {

std::uint64_t stable_hash(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  // FNV's low bits are poor for short names; the finisher of MurmurHash3 mixes them.
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccd;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

core::instant first_start(std::string_view name, core::duration interval, core::instant now,
                          std::uint64_t unix_nanos) noexcept {
  const auto period = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(interval).count());
  const std::uint64_t offset = stable_hash(name) % period;
  const std::uint64_t phase = unix_nanos % period;
  const std::uint64_t wait = (offset + period - phase) % period;
  return now + std::chrono::nanoseconds(wait);
}

schedule::schedule(core::instant first, core::duration interval, schedule_end end) noexcept
    : first_(first), interval_(interval), end_(end) {
  go_to(0);
}

schedule::schedule(core::instant first, std::shared_ptr<const load_profile> load, schedule_end end)
    : first_(first), load_(std::move(load)), end_(end) {
  go_to(0);
}

void schedule::go_to(std::uint64_t taken) noexcept {
  taken_ = taken;
  next_.reset();
  if (end_.most && taken >= *end_.most) return;
  if (!load_)
    next_ = first_ + interval_ * static_cast<core::duration::rep>(taken);
  else if (const auto start = load_->start(taken))
    next_ = first_ + *start;
  if (next_ && *next_ >= end_.at) next_.reset();
}

std::optional<core::instant> schedule::take(core::instant now) noexcept {
  const auto due = next_;
  if (!due || *due > now) return std::nullopt;
  go_to(taken_ + 1);
  return due;
}

std::optional<std::uint64_t> schedule::count() const noexcept {
  auto out = end_.most;
  const auto at_most = [&](std::uint64_t n) { out = std::min(out.value_or(n), n); };
  if (load_) at_most(load_->count());
  if (end_.at == core::instant::max()) return out;
  const auto last = end_.at - first_ - core::duration(1);
  at_most(last < core::duration{} ? 0
          : load_                 ? load_->starts_until(last)
                                  : static_cast<std::uint64_t>(last / interval_) + 1);
  return out;
}

std::uint64_t schedule::skip(core::instant until) noexcept {
  if (!next_ || *next_ > until) return 0;
  const auto last = std::min(until, end_.at - core::duration(1));
  const auto passed = load_ ? load_->starts_until(last - first_)
                            : static_cast<std::uint64_t>((last - first_) / interval_) + 1;
  const auto before = taken_;
  go_to(end_.most ? std::min(passed, *end_.most) : passed);
  return taken_ - before;
}

}  // namespace probe
