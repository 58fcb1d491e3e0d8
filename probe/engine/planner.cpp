#include "probe/engine/planner.hpp"

#include <algorithm>
#include <utility>

#include "probe/checks/request_builder.hpp"

namespace probe {
namespace {

/// Its series and its account stay what they are: only what its requests carry may change.
bool goes_on(const run_slot& now, const scenario& next, const probe_setup& setup) {
  return now.scenario->digest == next.digest && now.scenario->about == next.about &&
         is_signed(*now.scenario, *now.setup) == is_signed(next, setup);
}

}  // namespace

std::shared_ptr<const load_profile> planner::load_of(const scenario& s) const {
  if (plan_.load) return plan_.load;
  if (!plan_.by_load || s.load.empty()) return nullptr;
  return std::make_shared<const load_profile>(profile_of(s.load));
}

schedule planner::schedule_of(const scenario& s, core::instant now,
                              std::uint64_t unix_nanos) const {
  schedule_end end;
  end.most = plan_.iterations;
  if (plan_.duration) end.at = now + *plan_.duration;
  if (auto load = load_of(s)) return schedule(now, std::move(load), end);
  if (plan_.once) end.most = 1;
  const auto first = plan_.endless() ? first_start(s.key(), s.interval, now, unix_nanos) : now;
  return schedule(first, s.interval, end);
}

std::shared_ptr<run_slot> planner::make_slot(std::shared_ptr<const scenario> s,
                                             std::shared_ptr<const probe_setup> setup,
                                             core::instant now, std::uint64_t unix_nanos) {
  auto metrics = metrics_.add(*s, is_signed(*s, *setup));
  auto starts = schedule_of(*s, now, unix_nanos);
  const bool load = load_of(*s) != nullptr;
  return std::make_shared<run_slot>(
      run_slot{std::move(s), std::move(setup), std::move(metrics), std::move(starts), load});
}

void planner::replace(const scenario_list& scenarios, std::shared_ptr<const probe_setup> setup,
                      core::instant now, std::uint64_t unix_nanos) {
  std::erase_if(leaving_, [](const auto& s) { return s->ledger().running() == 0; });
  auto old = std::exchange(slots_, {});
  for (const auto& s : scenarios) {
    const auto found = old.find(s->key());
    if (found != old.end() && goes_on(*found->second, *s, *setup)) {
      found->second->setup = setup;
      slots_.insert(old.extract(found));
    } else {
      slots_.emplace(s->key(), make_slot(s, setup, now, unix_nanos));
    }
  }
  for (const auto& [name, s] : old) {
    if (s->ledger().running() > 0) leaving_.push_back(s);
    if (!slots_.contains(name)) metrics_.remove(name);
  }
  queue_.clear();
  queue_.shrink_to_fit();
  for (const auto& [name, s] : slots_)
    if (!stopped_) push(s);
}

void planner::push(std::shared_ptr<run_slot> slot) {
  const auto due = slot->starts.next();
  if (!due) return;
  queue_.push_back({*due, std::move(slot)});
  std::push_heap(queue_.begin(), queue_.end(), later);
}

planner::entry planner::pop() {
  std::pop_heap(queue_.begin(), queue_.end(), later);
  auto out = std::move(queue_.back());
  queue_.pop_back();
  return out;
}

std::optional<core::instant> planner::next() const noexcept {
  if (queue_.empty()) return std::nullopt;
  return queue_.front().due;
}

void planner::notice_suspension(core::instant now) noexcept {
  if (!queue_.empty() && now - std::max(asked_, queue_.front().due) > limits_.lag)
    suspended_until_ = now;
  asked_ = now;
}

/// Takes one decision about a slot that is due.
bool planner::begins(run_slot& s, core::instant now, core::instant& intended) {
  auto& ledger = s.ledger();
  const auto due = *s.starts.next();
  if (due <= suspended_until_) {
    ledger.miss(missed_reason::suspended, s.starts.skip(suspended_until_));
    return false;
  }
  if (now - due > limits_.lag) {
    ledger.miss(missed_reason::late, s.starts.skip(now - limits_.lag - core::duration(1)));
    return false;
  }
  intended = *s.starts.take(now);
  if (running_ >= limits_.running) {
    ledger.miss(missed_reason::exhausted);
    return false;
  }
  return ledger.admit(s.scenario->most_running(s.load));
}

std::optional<planned_run> planner::take(core::instant now) {
  notice_suspension(now);
  while (!queue_.empty() && queue_.front().due <= now) {
    auto slot = pop().slot;
    core::instant intended;
    const bool admitted = begins(*slot, now, intended);
    push(slot);
    if (!admitted) continue;
    ++running_;
    return planned_run{std::move(slot), intended};
  }
  return std::nullopt;
}

void planner::ended(const run_slot& s) noexcept {
  if (!s.abandoned) --running_;
}

void planner::stop() noexcept {
  queue_.clear();
  stopped_ = true;
}

void planner::abandon() {
  auto all = leaving_;
  for (const auto& [name, s] : slots_) all.push_back(s);
  for (const auto& s : all) {
    s->abandoned = true;
    while (s->ledger().running() > 0) s->ledger().abandon();
  }
  running_ = 0;
}

std::optional<std::uint64_t> planner::planned() const noexcept {
  std::uint64_t out = 0;
  for (const auto& [name, s] : slots_) {
    const auto count = s->starts.count();
    if (!count) return std::nullopt;
    out += *count;
  }
  return out;
}

std::map<std::string, std::uint64_t> planner::planned_each() const {
  std::map<std::string, std::uint64_t> out;
  for (const auto& [name, s] : slots_)
    if (const auto count = s->starts.count()) out.emplace(name, *count);
  return out;
}

std::map<std::string, run_ledger> planner::ledgers() const {
  std::map<std::string, run_ledger> out;
  for (const auto& [name, s] : slots_) out.emplace(name, s->ledger());
  return out;
}

}  // namespace probe
