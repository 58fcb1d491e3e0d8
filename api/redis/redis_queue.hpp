#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "api/config.hpp"
#include "api/queue/message_queue.hpp"
#include "api/redis/redis_connection.hpp"
#include "api/redis/redis_messages.hpp"
#include "api/redis/redis_script.hpp"

namespace core {
class logger;
}

namespace api {

/// The queue as a Redis stream, the side that accepts. The entry, the key that makes its
/// transaction known as pending and what is remembered of its Idempotency-Key are written together
/// or not at all.
class redis_producer final : public message_producer {
 public:
  /// `connection` is for the queue alone: with `appendfsync always` its replies are slow. Takes no
  /// more while `limit` messages are pending.
  redis_producer(redis_connection& connection, core::logger& log, std::int64_t limit);

  std::string new_id() override;
  core::task<core::result<acceptance>> enqueue(call_context call, queued_message message,
                                               std::optional<idempotency> once) override;
  core::task<core::result<queue_entry>> find(call_context call, std::string id) override;
  core::task<core::result<>> check(core::deadline until) override;

 private:
  bool durable() const noexcept;

  redis_connection& connection_;
  core::logger& log_;
  std::int64_t limit_;
  redis_script accept_{accepting_script};
  std::uint64_t checked_ = 0;  // number of the connection that was found durable
  std::string problem_;        // that was logged last
};

/// The side that stores: a consumer group, so that workers share the stream and what one of them
/// leaves behind is taken over by another.
class redis_consumer final : public message_consumer {
 public:
  /// `reading` blocks in XREADGROUP, so it is used for nothing else.
  redis_consumer(redis_connection& reading, redis_connection& control, delivery_config config);

  core::task<core::result<std::vector<delivery>>> recover(call_context call,
                                                          std::size_t most) override;
  core::task<core::result<std::vector<delivery>>> receive(call_context call,
                                                          std::size_t most) override;
  core::task<core::result<>> settle(call_context call, std::vector<delivery> stored) override;
  core::task<core::result<>> bury(call_context call, std::vector<dead_letter> letters) override;
  core::task<core::result<queue_account>> account(call_context call) override;
  core::task<> leave(call_context call) override;

 private:
  enum class whose { own, left_behind };
  using pending_counts = std::map<std::string, std::int64_t>;  // deliveries by receipt

  core::task<core::result<>> join(core::deadline until);
  core::task<core::result<core::redis_reply>> in_group(core::redis_command command,
                                                       core::deadline until);
  core::task<core::result<std::vector<delivery>>> claim(whose from, std::size_t most,
                                                        core::deadline until);
  core::task<core::result<std::vector<delivery>>> take(const pending_counts& waiting, whose from,
                                                       core::deadline until);
  core::task<core::result<pending_counts>> list_pending(whose from, std::size_t most,
                                                        core::deadline until);
  std::string idle_of(whose from) const;
  core::task<core::result<>> transact(std::vector<core::redis_command> commands,
                                      core::deadline until);
  std::vector<delivery> hand_out(std::vector<delivery> found);
  void take_back(const delivery& d) { in_hand_.erase(d.receipt); }

  redis_connection& reading_;
  redis_connection& control_;
  delivery_config config_;
  std::unordered_set<std::string> in_hand_;  // receipts
  bool joined_ = false;
  bool recovered_ = false;      // nothing of our own is left from before
  core::instant next_claim_{};  // when to look for what others left
};

/// The dead letters, for `remora-api dead-letters`.
class redis_dead_letters final : public dead_letter_box {
 public:
  explicit redis_dead_letters(redis_connection& connection) : connection_(connection) {}
  core::task<core::result<std::vector<dead_letter>>> list(call_context call, std::string after,
                                                          std::size_t most) override;
  core::task<core::result<redriven>> redrive(call_context call, dead_letter letter) override;

 private:
  redis_connection& connection_;
  redis_script redrive_{redriving_script};
};

}  // namespace api
