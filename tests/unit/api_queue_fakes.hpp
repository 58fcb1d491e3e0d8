#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api/postgres/message_repository.hpp"
#include "api/queue/message_queue.hpp"
#include "api/queue/uuid7.hpp"
#include "tests/unit/api_fakes.hpp"

/// Both sides of a queue in memory, and the table of messages.
namespace api_tests {

class fake_reader final : public api::message_reader {
 public:
  std::map<std::string, api::stored_message> rows;
  bool away = false;
  int asked = 0;
  std::function<void()> after_look;  ///< what happens meanwhile, once

  core::task<core::result<std::optional<api::stored_message>>> find(api::call_context,
                                                                    std::string id) override {
    ++asked;
    if (away) co_return gone();
    const auto row = rows.find(id);
    std::optional<api::stored_message> found;
    if (row != rows.end()) found = row->second;
    if (auto then = std::exchange(after_look, nullptr)) then();
    co_return found;
  }
};

/// Takes every message, unless `error` says otherwise; remembers keys like the real one.
class fake_producer final : public api::message_producer {
 public:
  std::vector<api::queued_message> taken;
  std::vector<std::optional<api::idempotency>> keys;  ///< one a call
  std::map<std::string, api::queue_entry> entries;
  core::error_code error;            ///< of every call, while it is set
  int asked = 0;                     ///< calls of `find`
  std::function<void()> after_find;  ///< what happens meanwhile, every time

  std::string new_id() override { return api::new_transaction_id(); }
  core::task<core::result<api::acceptance>> enqueue(api::call_context, api::queued_message message,
                                                    std::optional<api::idempotency> once) override {
    if (error) co_return error;
    keys.push_back(once);
    if (once) {
      const auto [known, fresh] = remembered_.try_emplace(once->key, *once, message.id);
      if (!fresh)
        co_return api::acceptance{known->second.first.fingerprint == once->fingerprint
                                      ? api::acceptance::outcome::replayed
                                      : api::acceptance::outcome::conflict,
                                  known->second.second};
    }
    api::acceptance accepted{api::acceptance::outcome::taken, message.id};
    taken.push_back(std::move(message));
    co_return accepted;
  }
  core::task<core::result<api::queue_entry>> find(api::call_context, std::string id) override {
    ++asked;
    if (error) co_return error;
    const auto entry = entries.find(id);
    const auto found = entry == entries.end() ? api::queue_entry() : entry->second;
    if (auto then = after_find) then();  // a copy: it may take itself away
    co_return found;
  }
  core::task<core::result<>> check(core::deadline) override {
    if (error) co_return error;
    co_return core::result<>();
  }

 private:
  std::map<std::string, std::pair<api::idempotency, std::string>> remembered_;
};

/// A store that refuses what it is told to refuse, for a while or for ever.
class fake_store final : public api::message_store {
 public:
  explicit fake_store(core::worker& w) : door(w) {}
  gate door;                                      ///< that every call passes
  std::vector<std::vector<std::string>> batches;  ///< ids, as they came
  std::set<std::string> poison;                   ///< ids that break their batch for ever
  int fail_first = 0;                             ///< so many calls find the database away
  core::error_code poison_error;
  core::result<std::int64_t> stored = std::int64_t{0};  ///< what `count` says
  int counted = 0;                                      ///< calls of `count`

  core::task<core::result<std::vector<std::string>>> store(
      api::call_context call, std::vector<api::queued_message> batch) override {
    std::vector<std::string> ids;
    for (const auto& m : batch) ids.push_back(m.id);
    batches.push_back(ids);
    auto passed = co_await door.pass(call.until);
    if (!passed) co_return passed.error();
    if (fail_first > 0) {
      --fail_first;
      co_return gone();
    }
    for (const auto& id : ids)
      if (poison.contains(id)) co_return poison_error;
    co_return ids;
  }
  core::task<core::result<std::int64_t>> count(api::call_context) override {
    ++counted;
    co_return stored;
  }
};

/// A queue with prepared batches.
class fake_consumer final : public api::message_consumer {
 public:
  explicit fake_consumer(core::worker& w) : worker_(w) {}
  std::deque<std::vector<api::delivery>> recovered, fresh;
  int fail_first = 0;   ///< so many looks find the queue away
  int fail_settle = 0;  ///< so many settlements or burials do
  std::vector<std::string> settled, settle_calls;
  std::vector<api::dead_letter> buried;
  core::result<api::queue_account> books = api::queue_account{};
  bool left = false;

  core::task<core::result<std::vector<api::delivery>>> recover(api::call_context,
                                                               std::size_t) override {
    if (fail_first > 0) {
      --fail_first;
      co_return gone();
    }
    co_return take(recovered);
  }
  core::task<core::result<std::vector<api::delivery>>> receive(api::call_context,
                                                               std::size_t) override {
    auto batch = take(fresh);
    if (batch.empty()) co_await core::sleep_for(worker_, std::chrono::milliseconds(1));
    co_return batch;
  }
  core::task<core::result<>> settle(api::call_context, std::vector<api::delivery> stored) override {
    if (fail_settle > 0) {
      --fail_settle;
      recovered.push_back(std::move(stored));  // they come again
      co_return gone();
    }
    std::string call;
    for (const auto& d : stored) {
      settled.push_back(d.message.id);
      call += d.message.id + " ";
    }
    settle_calls.push_back(call);
    co_return core::result<>();
  }
  core::task<core::result<>> bury(api::call_context,
                                  std::vector<api::dead_letter> letters) override {
    if (fail_settle > 0) {
      --fail_settle;
      std::vector<api::delivery> again;
      for (auto& letter : letters) again.push_back(std::move(letter.what));
      recovered.push_back(std::move(again));
      co_return gone();
    }
    for (auto& letter : letters) buried.push_back(std::move(letter));
    co_return core::result<>();
  }
  core::task<core::result<api::queue_account>> account(api::call_context) override {
    co_return books;
  }
  core::task<> leave(api::call_context) override {
    left = true;
    co_return;
  }
  /// Messages that are still to be handed out.
  std::size_t prepared() const {
    std::size_t count = 0;
    for (const auto& batch : recovered) count += batch.size();
    for (const auto& batch : fresh) count += batch.size();
    return count;
  }

 private:
  static std::vector<api::delivery> take(std::deque<std::vector<api::delivery>>& from) {
    if (from.empty()) return {};
    auto batch = std::move(from.front());
    from.pop_front();
    return batch;
  }
  core::worker& worker_;
};

}  // namespace api_tests
