#pragma once

#include <string>
#include <vector>

#include "api/config.hpp"
#include "api/queue/message_queue.hpp"
#include "api/redis/redis_connection.hpp"

namespace core {
class logger;
}

namespace api {

/// The queue as a Redis stream, the side that accepts. The entry and the key that makes its
/// transaction known as pending are written together or not at all.
class redis_producer final : public message_producer {
 public:
  /// `connection` is for the queue alone: with `appendfsync always` its replies are slow.
  redis_producer(redis_connection& connection, core::logger& log);

  core::task<core::result<>> enqueue(call_context call, queued_message message) override;
  core::task<core::result<queue_entry>> find(call_context call, std::string id) override;
  bool durable() const noexcept override;

  /// Asks Redis whether it is durable. To be called again and again: the answer belongs to one
  /// connection, and a new one may lead to another server.
  core::task<core::result<>> check(core::deadline until);

 private:
  redis_connection& connection_;
  core::logger& log_;
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
  core::task<core::result<>> join(core::deadline until);
  core::task<core::result<redis_reply>> in_group(redis_command command, core::deadline until);
  core::task<core::result<>> count_deliveries(std::vector<delivery>& of, core::deadline until);
  core::task<core::result<>> transact(std::vector<redis_command> commands, core::deadline until);

  redis_connection& reading_;
  redis_connection& control_;
  delivery_config config_;
  bool joined_ = false;
  bool recovered_ = false;      // nothing of our own is left from before
  core::instant next_claim_{};  // when to look for what others left
};

}  // namespace api
