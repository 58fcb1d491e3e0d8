#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/call_context.hpp"
#include "api/queue/message_queue.hpp"
#include "core/task.hpp"

namespace api {

class database;

/// Where a transaction ended, as far as the tables know.
struct transaction_end {
  bool stored = false;
  std::optional<std::string> dead;  ///< why it is among the dead letters
};

/// Tells of dead letters. Errors: see `database`.
class dead_letter_reader {
 public:
  virtual ~dead_letter_reader() = default;
  /// Looks into the messages too, in the same statement: what is not found had not ended then.
  virtual core::task<core::result<transaction_end>> find_end(call_context call, std::string id) = 0;
};

/// Keeps dead letters. Errors: see `database`.
class dead_letter_store {
 public:
  virtual ~dead_letter_store() = default;
  /// Keeps all of them or none. One whose receipt or transaction is kept already stays as it was.
  virtual core::task<core::result<>> insert(call_context call,
                                            std::vector<dead_letter> letters) = 0;
  /// How many there are, but for those that were stored all the same: a message that was sent twice
  /// may end both ways.
  virtual core::task<core::result<std::int64_t>> count(call_context call) = 0;
  /// The oldest `most` after the one with the receipt `after` ("" from the beginning). What is
  /// listed has the number of its row as its receipt, so that a list goes on where it ended even
  /// when that row is gone. `errc::malformed` when `after` is no such receipt.
  virtual core::task<core::result<std::vector<dead_letter>>> list(call_context call,
                                                                  std::string after,
                                                                  std::size_t most) = 0;
  /// How many with this receipt (as it was listed) are there: one or none …
  virtual core::task<core::result<std::int64_t>> look_for(call_context call,
                                                          std::string receipt) = 0;
  /// … and were, before this took them away.
  virtual core::task<core::result<std::int64_t>> remove(call_context call, std::string receipt) = 0;
};

class postgres_dead_letter_reader final : public dead_letter_reader {
 public:
  explicit postgres_dead_letter_reader(database& db);
  core::task<core::result<transaction_end>> find_end(call_context call, std::string id) override;

 private:
  database& database_;
};

class postgres_dead_letter_store final : public dead_letter_store {
 public:
  explicit postgres_dead_letter_store(database& db);
  core::task<core::result<>> insert(call_context call, std::vector<dead_letter> letters) override;
  core::task<core::result<std::int64_t>> count(call_context call) override;
  core::task<core::result<std::vector<dead_letter>>> list(call_context call, std::string after,
                                                          std::size_t most) override;
  core::task<core::result<std::int64_t>> look_for(call_context call, std::string receipt) override;
  core::task<core::result<std::int64_t>> remove(call_context call, std::string receipt) override;

 private:
  core::task<core::result<std::int64_t>> rows_of(call_context call, const char* statement,
                                                 std::string receipt);
  database& database_;
};

}  // namespace api
