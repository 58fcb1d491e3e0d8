#include "api/queue/message_worker.hpp"

#include <algorithm>

#include "core/log.hpp"
#include "core/sqlstate.hpp"

namespace api {
namespace {

constexpr core::duration queue_time = std::chrono::seconds(5);
constexpr core::duration store_time = std::chrono::seconds(10);
constexpr core::duration wait_time = std::chrono::seconds(1);
constexpr core::duration pause = std::chrono::milliseconds(200);

std::vector<queued_message> messages_of(const std::vector<delivery>& batch) {
  std::vector<queued_message> messages;
  messages.reserve(batch.size());
  for (const auto& d : batch) messages.push_back(d.message);
  return messages;
}

}  // namespace

message_worker::message_worker(core::worker& w, message_consumer& queue, message_store& store,
                               delivery_config config, core::readiness::condition& working)
    : worker_(w),
      queue_(queue),
      store_(store),
      config_(std::move(config)),
      working_(working),
      stopped_(w) {}

call_context message_worker::call_within(core::duration d) const {
  call_context call;
  call.until = core::deadline::in(d, core::now());
  return call;
}

// Changes are logged, not every failure: the loop tries five times a second.
void message_worker::report(bool ok, const char* what, const core::error_code& error) {
  working_.report(ok);
  if (ok == !failing_) return;
  failing_ = !ok;
  if (ok)
    worker_.log.info("working again");
  else
    worker_.log.warning("trying again and again", {{"what", what}, {"error", error.message()}});
}

core::task<> message_worker::run() {
  while (!stopping_) {
    // What cannot be stored now is no reason to take more.
    co_await wait_until_in_hand_is_below(failing_ ? 1 : config_.batches);
    if (stopping_) break;
    auto batch = co_await next_batch();
    if (!batch || in_hand_ == 0)
      report(batch.has_value(), "reading the queue", batch ? core::error_code() : batch.error());
    if (!batch) {
      co_await core::sleep_for(worker_, pause);
    } else if (!batch->empty()) {
      ++in_hand_;
      worker_.start("batch of messages", handle(std::move(*batch)));
    }
  }
  co_await wait_until_in_hand_is_below(1);
  co_await queue_.leave(call_within(wait_time));
  stopped_.finish();
}

core::task<> message_worker::wait_until_in_hand_is_below(std::int64_t count) {
  while (in_hand_ >= count) {
    waiter turn(worker_);
    for_room_ = &turn;
    co_await turn.wait(core::deadline::never());
    for_room_ = nullptr;
  }
}

core::task<> message_worker::handle(std::vector<delivery> batch) {
  co_await process(std::move(batch));
  --in_hand_;
  if (for_room_) for_room_->finish();
}

core::task<> message_worker::stop(core::deadline until) {
  stopping_ = true;
  co_await stopped_.wait(until);
}

core::task<core::result<std::vector<delivery>>> message_worker::next_batch() {
  auto left_behind = co_await queue_.recover(call_within(queue_time), batch_size);
  if (!left_behind || !left_behind->empty()) co_return left_behind;
  co_return co_await queue_.receive(call_within(wait_time), batch_size);
}

core::task<> message_worker::process(std::vector<delivery> batch) {
  // One crash may be anything; after a second one with the same messages, one of them is suspected.
  const auto came_back = [](const delivery& d) { return d.count > 2; };
  const bool suspicious = std::any_of(batch.begin(), batch.end(), came_back);
  batch = co_await bury_hopeless(std::move(batch));
  if (batch.empty()) co_return;
  if (suspicious)
    co_await store_apart(std::move(batch));
  else
    co_await store_together(std::move(batch));
}

core::task<std::vector<delivery>> message_worker::bury_hopeless(std::vector<delivery> batch) {
  std::vector<delivery> good;
  std::vector<dead_letter> letters;
  for (auto& d : batch) {
    std::string reason = d.malformed;
    if (reason.empty() && d.count > config_.most)
      reason = "delivered " + std::to_string(d.count) + " times and never finished";
    if (reason.empty())
      good.push_back(std::move(d));
    else
      letters.push_back({std::move(d), std::move(reason)});
  }
  if (!letters.empty()) co_await bury(std::move(letters));
  co_return good;
}

core::task<> message_worker::store_together(std::vector<delivery> batch) {
  auto stored = co_await store_patiently(messages_of(batch));
  if (stored)
    co_await settle(std::move(batch));
  else if (!stopping_)
    co_await store_apart(std::move(batch));
}

core::task<> message_worker::store_apart(std::vector<delivery> batch) {
  for (auto& d : batch) {
    std::vector<delivery> one;
    one.push_back(std::move(d));
    auto stored = co_await store_patiently(messages_of(one));
    if (stored) {
      co_await settle(std::move(one));
    } else if (stopping_) {
      co_return;
    } else {
      std::vector<dead_letter> letter;
      letter.push_back(
          {std::move(one.front()), "the database refuses it: " + stored.error().message()});
      co_await bury(std::move(letter));
    }
  }
}

// An error is the messages' own fault, or comes of stopping.
core::task<core::result<>> message_worker::store_patiently(std::vector<queued_message> messages) {
  for (;;) {
    auto stored = co_await store_.store(call_within(store_time), messages);
    report(stored || core::is_data_error(stored.error()), "storing messages",
           stored ? core::error_code() : stored.error());
    if (stored) co_return core::result<>();
    if (stopping_ || core::is_data_error(stored.error())) co_return stored.error();
    co_await core::sleep_for(worker_, pause);
  }
}

// When the queue does not answer it gives them to us again; storing them again changes nothing.
core::task<> message_worker::settle(std::vector<delivery> stored) {
  auto settled = co_await queue_.settle(call_within(queue_time), std::move(stored));
  if (!settled) report(false, "settling messages", settled.error());
}

core::task<> message_worker::bury(std::vector<dead_letter> letters) {
  for (const auto& letter : letters)
    worker_.log.error("dead letter", {{"transaction_id", letter.what.message.id},
                                      {"receipt", letter.what.receipt},
                                      {"reason", letter.reason}});
  auto buried = co_await queue_.bury(call_within(queue_time), std::move(letters));
  if (!buried) report(false, "burying messages", buried.error());
}

}  // namespace api
