#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/call_context.hpp"
#include "api/types.hpp"
#include "core/task.hpp"

namespace api {

class database;

/// Reads messages back. Errors: see `database`.
class message_reader {
 public:
  virtual ~message_reader() = default;
  virtual core::task<core::result<std::optional<stored_message>>> find(call_context call,
                                                                       std::string id) = 0;
};

/// Gives messages their effect.
class message_store {
 public:
  virtual ~message_store() = default;
  /// Stores all messages, and updates the scores that those of the topic `scores` bring, or does
  /// nothing: one transaction. A message whose transaction id is stored already has no effect a
  /// second time. A score that is older than the one that is there changes nothing. Gives the
  /// transaction ids that were new. When `core::is_data_error`, one of the messages can never be
  /// stored.
  virtual core::task<core::result<std::vector<std::string>>> store(
      call_context call, std::vector<queued_message> batch) = 0;
  /// How many messages are stored.
  virtual core::task<core::result<std::int64_t>> count(call_context call) = 0;
};

class postgres_message_reader final : public message_reader {
 public:
  explicit postgres_message_reader(database& db);
  core::task<core::result<std::optional<stored_message>>> find(call_context call,
                                                               std::string id) override;

 private:
  database& database_;
};

class postgres_message_store final : public message_store {
 public:
  explicit postgres_message_store(database& db);
  core::task<core::result<std::vector<std::string>>> store(
      call_context call, std::vector<queued_message> batch) override;
  core::task<core::result<std::int64_t>> count(call_context call) override;

 private:
  database& database_;
};

}  // namespace api
