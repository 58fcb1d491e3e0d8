#include <algorithm>
#include <chrono>

#include "api/aws/sqs_queue.hpp"
#include "api/aws/together.hpp"
#include "core/log.hpp"

namespace api {
namespace {

using std::chrono::seconds;

constexpr core::duration answer_time = seconds(5);      // for the answer to a poll, beyond its wait
constexpr core::duration pause_of_hiding = seconds(1);  // after it did not work
constexpr std::size_t most_polls = 50;
constexpr seconds longest_wait{20};  // SQS' own limit

std::vector<std::string> ids_of(const std::vector<delivery>& deliveries) {
  std::vector<std::string> ids;
  ids.reserve(deliveries.size());
  for (const auto& d : deliveries) ids.push_back(d.receipt);
  return ids;
}

}  // namespace

sqs_consumer::sqs_consumer(core::worker& w, sqs_calls& calls, dead_letter_store& letters,
                           core::duration visibility)
    : worker_(w),
      calls_(calls),
      letters_(letters),
      visibility_(std::chrono::ceil<seconds>(visibility)),
      in_hand_(visibility_) {}

sqs_consumer::~sqs_consumer() {
  *alive_ = false;
}

core::task<core::result<std::vector<delivery>>> sqs_consumer::recover(call_context, std::size_t) {
  co_return std::vector<delivery>();
}

core::task<core::result<std::vector<delivery>>> sqs_consumer::receive(call_context call,
                                                                      std::size_t most) {
  const auto wait =
      std::min(std::chrono::round<seconds>(call.until.left(core::now())), longest_wait);
  const core::deadline until = core::deadline::in(wait + answer_time, core::now());
  auto first = co_await calls_.receive(std::min(most, sqs_batch_size), wait, until);
  if (!first) co_return first.error();
  bool more = first->size() == sqs_batch_size;
  auto batch = hand_out(std::move(*first));
  while (more && batch.size() < most) {
    auto next = co_await short_polls(most - batch.size(), until);
    for (auto& d : next.fresh) batch.push_back(std::move(d));
    more = next.full && !call.until.passed(core::now());
  }
  co_return batch;
}

// What fails here failed for the messages that were not given, and will be seen by the next poll.
core::task<sqs_consumer::round> sqs_consumer::short_polls(std::size_t most, core::deadline until) {
  std::vector<core::task<core::result<std::vector<sqs_received>>>> polls;
  for (std::size_t asked = 0; asked < most && polls.size() < polls_; asked += sqs_batch_size)
    polls.push_back(calls_.receive(std::min(most - asked, sqs_batch_size), seconds(0), until));
  auto answers = co_await together(worker_, "poll of the queue", std::move(polls));
  round out;
  for (auto& answer : answers) {
    const bool filled = answer && *answer && (*answer)->size() == sqs_batch_size;
    out.full = out.full && filled;
    if (!answer || !*answer) continue;
    for (auto& d : hand_out(std::move(**answer))) out.fresh.push_back(std::move(d));
  }
  polls_ = out.full ? std::min(polls_ * 2, most_polls) : std::max<std::size_t>(polls_ / 2, 1);
  co_return out;
}

std::vector<delivery> sqs_consumer::hand_out(std::vector<sqs_received> received) {
  std::vector<delivery> fresh;
  const core::instant now = core::now();
  for (auto& r : received)
    if (in_hand_.take(r.message_id, std::move(r.receipt_handle), now))
      fresh.push_back(to_delivery(r));
  if (!in_hand_.empty() && !std::exchange(hiding_, true))
    worker_.start("hiding of messages in hand", keep_hidden(alive_));
  return fresh;
}

core::task<> sqs_consumer::keep_hidden(std::shared_ptr<const bool> alive) {
  core::duration pause{};
  while (*alive && !in_hand_.empty()) {
    const core::instant due = in_hand_.next_due();
    // A message that cannot be hidden any more is never due, and ends this loop only when it goes.
    co_await core::sleep_until(
        worker_, std::max(std::min(due, core::now() + visibility_), core::now() + pause));
    if (!*alive) co_return;
    pause = co_await hide_due();
  }
  if (*alive) hiding_ = false;
}

// Gives the time to wait before the next attempt.
core::task<core::duration> sqs_consumer::hide_due() {
  const core::instant now = core::now();
  auto handles = in_hand_.due(now);
  if (handles.empty()) co_return core::duration::zero();
  auto lost = co_await calls_.hide(handles, visibility_, core::deadline::in(answer_time, now));
  if (!lost) {
    worker_.log.warning("messages in hand may be given to others",
                        {{"messages", handles.size()}, {"error", lost.error().message()}});
    co_return pause_of_hiding;
  }
  in_hand_.hidden(handles, now);
  in_hand_.lost(*lost);
  co_return core::duration::zero();
}

core::task<core::result<>> sqs_consumer::settle(call_context call, std::vector<delivery> stored) {
  return forget(std::move(stored), call.until);
}

// Kept first and deleted then: what crashes in between leaves both, and the message, when it comes
// again, is buried where it lies already.
core::task<core::result<>> sqs_consumer::bury(call_context call, std::vector<dead_letter> letters) {
  std::vector<delivery> deliveries;
  for (const auto& letter : letters) deliveries.push_back(letter.what);
  auto kept = co_await letters_.insert(call, std::move(letters));
  if (!kept) {
    in_hand_.give_back(ids_of(deliveries));  // they come again
    co_return kept;
  }
  co_return co_await forget(std::move(deliveries), call.until);
}

core::task<core::result<>> sqs_consumer::forget(std::vector<delivery> settled,
                                                core::deadline until) {
  auto handles = in_hand_.give_back(ids_of(settled));
  auto kept = co_await calls_.remove(std::move(handles), until);
  if (!kept) co_return kept.error();
  // They come again, and storing them again changes nothing.
  if (kept->empty()) co_return core::result<>();
  worker_.log.warning("settled messages could not be deleted", {{"messages", kept->size()}});
  co_return core::error_code(queue_errc::refused);
}

core::task<core::result<queue_account>> sqs_consumer::account(call_context call) {
  auto queue = co_await calls_.attributes(call.until);
  if (!queue) co_return queue.error();
  auto dead = co_await letters_.count(call);
  if (!dead) co_return dead.error();
  queue_account account;
  account.lag = queue->visible + queue->delayed;
  account.pending = account.lag + queue->in_flight;
  account.dead = *dead;
  co_return account;
}

core::task<> sqs_consumer::leave(call_context call) {
  auto handles = in_hand_.give_back_all();
  if (!handles.empty()) co_await calls_.hide(std::move(handles), seconds(0), call.until);
}

}  // namespace api
