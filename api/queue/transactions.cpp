#include "api/queue/transactions.hpp"

#include <algorithm>

namespace api {
namespace {

constexpr core::duration first_pause = std::chrono::milliseconds(20);
constexpr core::duration longest_pause = std::chrono::milliseconds(250);
// What is left for the last look and the answer.
constexpr core::duration reserve = std::chrono::milliseconds(300);

transaction of_stored(stored_message m) {
  transaction t;
  t.what = transaction::state::stored;
  t.stored = std::move(m);
  return t;
}

transaction of_entry(queue_entry entry) {
  transaction t;
  if (entry.state == queue_state::pending) t.what = transaction::state::pending;
  if (entry.state == queue_state::dead) {
    t.what = transaction::state::dead;
    t.reason = std::move(entry.reason);
  }
  return t;
}

/// Counts somebody who waits.
struct counted {
  explicit counted(int& count) : count_(count) { ++count_; }
  ~counted() { --count_; }
  int& count_;
};

}  // namespace

core::task<core::result<transaction>> transactions::look(call_context call, std::string id) {
  auto stored = co_await messages_.find(call, id);
  if (stored && *stored) co_return of_stored(std::move(**stored));
  auto entry = co_await queue_.find(call, id);
  if (entry && entry->state != queue_state::unknown) co_return of_entry(std::move(*entry));
  // It may have been stored, and so have left the queue, between the two looks.
  stored = co_await messages_.find(call, id);
  if (stored && *stored) co_return of_stored(std::move(**stored));
  if (!stored) co_return stored.error();
  if (!entry) co_return entry.error();
  co_return transaction();
}

core::task<core::result<transaction>> transactions::wait(call_context call, std::string id,
                                                         core::duration time) {
  auto now_known = co_await look(call, id);
  const bool pending = now_known && now_known->what == transaction::state::pending;
  if (!pending || time == core::duration::zero() || waiting_ >= most_waiting) co_return now_known;
  const counted one(waiting_);
  const core::deadline in_time{call.until.at == core::instant::max() ? call.until.at
                                                                     : call.until.at - reserve};
  co_return co_await watch(std::move(call), std::move(id),
                           sooner(in_time, core::deadline::in(time, core::now())));
}

// Asks the queue alone while it says that the message is pending: that is the cheaper question.
core::task<core::result<transaction>> transactions::watch(call_context call, std::string id,
                                                          core::deadline until) {
  core::duration pause = first_pause;
  for (;;) {
    co_await core::sleep_for(worker_, std::min(pause, until.left(core::now())));
    pause = std::min(pause * 3 / 2, longest_pause);
    auto entry = co_await queue_.find(call, id);
    const bool pending = entry && entry->state == queue_state::pending;
    if (pending && !until.passed(core::now())) continue;
    if (pending) co_return of_entry(std::move(*entry));
    co_return co_await look(std::move(call), std::move(id));
  }
}

}  // namespace api
