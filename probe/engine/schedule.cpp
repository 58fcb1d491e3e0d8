#include "probe/engine/schedule.hpp"

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

std::optional<core::instant> schedule::next() const noexcept {
  if (left_ == 0 || next_ >= end_) return std::nullopt;
  return next_;
}

std::optional<core::instant> schedule::take(core::instant now) noexcept {
  const auto due = next();
  if (!due || *due > now) return std::nullopt;
  next_ += interval_;
  if (left_) --*left_;
  return due;
}

const char* to_label(missed_reason reason) noexcept {
  return reason == missed_reason::overrun ? "overrun" : "shutdown";
}

bool run_ledger::admit(std::int64_t most) noexcept {
  ++scheduled_;
  if (running_ < static_cast<std::uint64_t>(most)) {
    ++running_;
    return true;
  }
  ++missed_[static_cast<std::size_t>(missed_reason::overrun)];
  return false;
}

void run_ledger::finish() noexcept {
  --running_;
  ++runs_;
}

void run_ledger::abandon() noexcept {
  --running_;
  ++missed_[static_cast<std::size_t>(missed_reason::shutdown)];
}

bool run_ledger::balanced() const noexcept {
  std::uint64_t missed = 0;
  for (const auto m : missed_) missed += m;
  return scheduled_ == runs_ + missed + running_;
}

}  // namespace probe
