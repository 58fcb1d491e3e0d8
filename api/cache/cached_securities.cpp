#include "api/cache/cached_securities.hpp"

#include <vector>

#include "api/waiter.hpp"

namespace api {

/// One ISIN on its way from the shared cache or the sources, and those who wait for it.
struct cached_securities::reading {
  std::vector<waiter*> waiting;
  core::result<security_answer> outcome = core::error_code(core::errc::cancelled);
  bool outdated = false;  // it was written since this began
};

/// Ends a reading, however it ended: those who wait go on, and the next one reads anew.
struct cached_securities::reading_end {
  cached_securities& owner;
  const std::string& isin;
  std::shared_ptr<reading> mine;

  ~reading_end() {
    const auto still = owner.readings_.find(isin);
    if (still != owner.readings_.end() && still->second == mine) owner.readings_.erase(still);
    for (waiter* w : mine->waiting) w->finish();
  }
};

cached_securities::cached_securities(core::worker& w, snapshot_maker& maker, shared_cache& shared,
                                     cache_config config)
    : worker_(w),
      maker_(maker),
      shared_(shared),
      config_(config),
      local_(static_cast<std::size_t>(config.local_entries)) {}

cached_securities::~cached_securities() = default;

core::duration cached_securities::age(const security_snapshot& s) const noexcept {
  const auto now = worker_.wall.unix_nanos(core::now()) / 1'000'000;
  const auto millis = static_cast<std::int64_t>(now) - s.read_at;
  return std::chrono::milliseconds(std::max<std::int64_t>(0, millis));
}

// Up to a tenth less, by the moment it was read: the same in every replica.
core::duration cached_securities::fresh_for(const security_snapshot& s) const noexcept {
  return config_.fresh - config_.fresh * (s.read_at * 7919 % 1000) / 10'000;
}

security_answer cached_securities::timed(security_answer answer) const noexcept {
  answer.age = age(*answer.snapshot);
  answer.fresh = config_.fresh;
  return answer;
}

security_answer cached_securities::find_now(const call_context&, std::string_view isin) {
  if (config_.local == core::duration::zero()) return {};
  const local_cache::entry* entry = local_.find(isin, core::now());
  if (!entry) return {};
  security_answer answer;
  answer.snapshot = entry->snapshot;
  answer.way = answered_by::local;
  answer.stale = entry->stale || age(*entry->snapshot) > config_.fresh;
  answer.was_known = true;
  return timed(std::move(answer));
}

core::task<core::result<security_answer>> cached_securities::find(call_context call,
                                                                  std::string isin) {
  if (auto known = find_now(call, isin); known.snapshot) co_return known;
  if (const auto other = readings_.find(isin); other != readings_.end())
    co_return co_await join(std::move(call), other->second);

  auto mine = std::make_shared<reading>();
  readings_[isin] = mine;
  const reading_end end{*this, isin, mine};
  mine->outcome = co_await read(std::move(call), isin);
  if (mine->outcome) mine->outcome = timed(std::move(*mine->outcome));
  if (mine->outcome && !mine->outdated) keep_locally(isin, *mine->outcome);
  co_return mine->outcome;
}

core::task<core::result<security_answer>> cached_securities::join(call_context call,
                                                                  std::shared_ptr<reading> r) {
  waiter turn(worker_);
  r->waiting.push_back(&turn);
  auto waited = co_await turn.wait(call.until);
  std::erase(r->waiting, &turn);
  if (!waited) co_return waited.error();
  auto outcome = r->outcome;
  if (outcome) outcome->way = answered_by::coalesced;
  co_return outcome;
}

core::task<core::result<security_answer>> cached_securities::read(call_context call,
                                                                  std::string isin) {
  const auto look_until = core::deadline::in(config_.timeout, core::now());
  auto entry = co_await shared_.get(call.within(look_until), isin);
  security_answer known;
  known.way = answered_by::shared;
  known.shared_gone = !entry;
  if (entry) known.snapshot = entry->snapshot;
  known.was_known = known.snapshot != nullptr;
  if (known.snapshot && age(*known.snapshot) <= fresh_for(*known.snapshot)) co_return known;
  std::string seen = entry ? std::move(entry->seen) : std::string();
  co_return co_await ask_sources(std::move(call), std::move(isin), std::move(known),
                                 std::move(seen));
}

core::task<core::result<security_answer>> cached_securities::ask_sources(call_context call,
                                                                         std::string isin,
                                                                         security_answer known,
                                                                         std::string seen) {
  const bool in_hand = known.snapshot && age(*known.snapshot) <= config_.keep;
  const auto patience = core::deadline::in(config_.patience, core::now());
  const call_context asking = in_hand ? call.within(patience) : call;
  auto made = co_await maker_.make(asking, isin);
  if (!made && !in_hand) co_return made.error();
  if (!made) {
    // Within the tenth by which it was to be read early it is still what it was promised to be.
    known.stale = age(*known.snapshot) > config_.fresh;
    known.sources_failed = true;
    co_return known;
  }
  known.snapshot = *made;
  known.way = answered_by::sources;
  if (!known.shared_gone)
    worker_.start("keep a security",
                  keep(std::move(call), std::move(isin), *made, std::move(seen)));
  co_return known;
}

core::task<> cached_securities::keep(call_context call, std::string isin, snapshot_ptr snapshot,
                                     std::string seen) {
  call.spent = nullptr;  // the request may be answered before this is done
  call.until = core::deadline::in(config_.timeout, core::now());
  co_await shared_.put(std::move(call), std::move(isin), std::move(snapshot), std::move(seen));
}

// For a moment, and no longer than it is fresh; what is stale too, so that sources that do not
// answer are asked once a moment and not by every request.
void cached_securities::keep_locally(const std::string& isin, const security_answer& answer) {
  core::duration time = config_.local;
  if (!answer.sources_failed)
    time = std::min(time, fresh_for(*answer.snapshot) - age(*answer.snapshot));
  if (time <= core::duration::zero()) return;
  local_.put(isin, {answer.snapshot, answer.stale, core::now() + time});
}

core::task<core::result<security_list>> cached_securities::list(call_context call,
                                                                security_page page) {
  return maker_.list(std::move(call), std::move(page));
}

core::task<> cached_securities::forget(call_context call, std::vector<std::string> isins) {
  for (const auto& isin : isins) {
    local_.forget(isin);
    if (const auto r = readings_.find(isin); r != readings_.end()) {
      // Whoever asks from now on must not wait for a reading that began before the write.
      r->second->outdated = true;
      readings_.erase(r);
    }
  }
  const auto until = core::deadline::in(config_.timeout, core::now());
  co_await shared_.forget(call.within(until), std::move(isins));
}

}  // namespace api
