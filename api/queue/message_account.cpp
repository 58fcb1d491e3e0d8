#include "api/queue/message_account.hpp"

#include <algorithm>

namespace api {
namespace {

constexpr core::metric_family remora_messages{
    "remora_messages", "Messages by where they are; accepted is the sum of the others.",
    core::metric_type::gauge};
constexpr core::metric_family remora_messages_oldest_pending_age_seconds{
    "remora_messages_oldest_pending_age_seconds",
    "Time since the oldest message that is not stored yet was accepted.", core::metric_type::gauge};

constexpr core::metric_family remora_queue_depth{"remora_queue_depth",
                                                 "Messages in the queue that are not settled yet.",
                                                 core::metric_type::gauge};
constexpr core::metric_family remora_queue_lag{
    "remora_queue_lag", "Messages in the queue that no worker has been given yet.",
    core::metric_type::gauge};

constexpr core::duration shortest_interval = std::chrono::seconds(5);
constexpr int share_of_time = 50;  // looking takes at most a fiftieth of it

}  // namespace

message_account::message_account(core::worker& w, message_consumer& queue, message_store& store)
    : worker_(w),
      queue_(queue),
      store_(store),
      stored_(w.metrics.gauge(remora_messages, {{"state", "stored"}})),
      pending_(w.metrics.gauge(remora_messages, {{"state", "pending"}})),
      dead_(w.metrics.gauge(remora_messages, {{"state", "dead_lettered"}})),
      oldest_(w.metrics.gauge(remora_messages_oldest_pending_age_seconds)),
      depth_(w.metrics.gauge(remora_queue_depth)),
      lag_(w.metrics.gauge(remora_queue_lag)) {}

core::task<> message_account::run() {
  for (;;) {
    const core::instant begun = core::now();
    co_await look();
    const core::duration took = core::now() - begun;
    co_await core::sleep_for(worker_, std::max(shortest_interval, took * share_of_time));
  }
}

// What cannot be read keeps its last value: a gap in the account would look like a loss.
core::task<> message_account::look() {
  call_context call;
  call.until = core::deadline::in(std::chrono::seconds(30), core::now());
  if (auto account = co_await queue_.account(call)) {
    // Not every queue counts them, and a 0 would look like a loss.
    if (account->accepted)
      worker_.metrics.gauge(remora_messages, {{"state", "accepted"}})
          .set(static_cast<double>(*account->accepted));
    depth_.set(static_cast<double>(account->pending));
    lag_.set(static_cast<double>(account->lag));
    pending_.set(static_cast<double>(account->pending));
    dead_.set(static_cast<double>(account->dead));
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    const auto age = account->oldest_pending ? now - *account->oldest_pending : 0;
    oldest_.set(static_cast<double>(std::max<std::int64_t>(0, age)) / 1e3);
  }
  if (auto count = co_await store_.count(call)) stored_.set(static_cast<double>(*count));
}

}  // namespace api
