#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/postgres/message_repository.hpp"
#include "api/postgres/security_repository.hpp"
#include "api/queue/message_queue.hpp"
#include "api/scores/score_cache.hpp"
#include "core/worker.hpp"

/// Collaborators in memory, and requests without a connection.
namespace api_tests {

inline core::error_code gone() {
  return core::errc::refused;
}

class fake_securities final : public api::security_repository {
 public:
  std::map<std::string, api::security> rows;
  bool away = false;

  core::task<core::result<std::vector<api::security>>> list(api::call_context,
                                                            api::security_page page) override {
    if (away) co_return gone();
    std::vector<api::security> found;
    for (const auto& [isin, row] : rows)
      if (isin > page.after && found.size() < static_cast<std::size_t>(page.limit))
        found.push_back(row);
    co_return found;
  }
  core::task<core::result<std::optional<api::security>>> find(api::call_context,
                                                              std::string isin) override {
    if (away) co_return gone();
    const auto row = rows.find(isin);
    if (row == rows.end()) co_return std::optional<api::security>();
    co_return std::optional(row->second);
  }
};

class fake_scores final : public api::score_source {
 public:
  std::map<std::string, api::score> rows;
  bool away = false;
  int asked = 0;

  core::task<core::result<std::optional<api::score>>> find(api::call_context,
                                                           std::string isin) override {
    ++asked;
    if (away) co_return gone();
    const auto row = rows.find(isin);
    if (row == rows.end()) co_return std::optional<api::score>();
    co_return std::optional(row->second);
  }
};

class fake_cache final : public api::score_cache {
 public:
  std::map<std::string, api::cached_score> entries;
  bool away = false;

  core::task<core::result<std::optional<api::cached_score>>> get(api::call_context,
                                                                 std::string isin) override {
    if (away) co_return gone();
    const auto entry = entries.find(isin);
    if (entry == entries.end()) co_return std::optional<api::cached_score>();
    co_return std::optional(entry->second);
  }
  core::task<core::result<>> put(api::call_context, api::cached_score entry) override {
    if (away) co_return gone();
    entries[entry.value.isin] = entry;
    co_return core::result<>();
  }
};

class fake_reader final : public api::message_reader {
 public:
  std::map<std::string, api::stored_message> rows;
  bool away = false;
  std::function<void()> after_look;  ///< what happens meanwhile

  core::task<core::result<std::optional<api::stored_message>>> find(api::call_context,
                                                                    std::string id) override {
    if (away) co_return gone();
    const auto row = rows.find(id);
    std::optional<api::stored_message> found;
    if (row != rows.end()) found = row->second;
    if (auto then = std::exchange(after_look, nullptr)) then();
    co_return found;
  }
};

class fake_producer final : public api::message_producer {
 public:
  std::vector<api::queued_message> taken;
  std::map<std::string, api::queue_entry> entries;
  bool is_durable = true;
  bool away = false;

  core::task<core::result<>> enqueue(api::call_context, api::queued_message message) override {
    if (away) co_return gone();
    taken.push_back(std::move(message));
    co_return core::result<>();
  }
  core::task<core::result<api::queue_entry>> find(api::call_context, std::string id) override {
    if (away) co_return gone();
    co_return entries[id];
  }
  bool durable() const noexcept override { return is_durable; }
};

/// A store that refuses what it is told to refuse, for a while or for ever.
class fake_store final : public api::message_store {
 public:
  std::vector<std::vector<std::string>> batches;  ///< ids, as they came
  std::set<std::string> poison;                   ///< ids that break their batch for ever
  int fail_first = 0;                             ///< so many calls find the database away
  core::error_code poison_error;

  core::task<core::result<std::vector<std::string>>> store(
      api::call_context, std::vector<api::queued_message> batch) override {
    std::vector<std::string> ids;
    for (const auto& m : batch) ids.push_back(m.id);
    batches.push_back(ids);
    if (fail_first > 0) {
      --fail_first;
      co_return gone();
    }
    for (const auto& id : ids)
      if (poison.contains(id)) co_return poison_error;
    co_return ids;
  }
  core::task<core::result<std::int64_t>> count(api::call_context) override {
    co_return std::int64_t{0};
  }
};

/// A queue with prepared batches.
class fake_consumer final : public api::message_consumer {
 public:
  explicit fake_consumer(core::worker& w) : worker_(w) {}
  std::deque<std::vector<api::delivery>> recovered, fresh;
  std::vector<std::string> settled, settle_calls;
  std::vector<api::dead_letter> buried;
  bool left = false;

  core::task<core::result<std::vector<api::delivery>>> recover(api::call_context,
                                                               std::size_t) override {
    co_return take(recovered);
  }
  core::task<core::result<std::vector<api::delivery>>> receive(api::call_context,
                                                               std::size_t) override {
    auto batch = take(fresh);
    if (batch.empty()) co_await core::sleep_for(worker_, std::chrono::milliseconds(1));
    co_return batch;
  }
  core::task<core::result<>> settle(api::call_context, std::vector<api::delivery> stored) override {
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
    for (auto& letter : letters) buried.push_back(std::move(letter));
    co_return core::result<>();
  }
  core::task<core::result<api::queue_account>> account(api::call_context) override {
    co_return api::queue_account{};
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

/// A request as the server would hand it over.
struct request_text {
  std::string method = "GET";
  std::string path;
  std::string query;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

class fake_request {
 public:
  explicit fake_request(request_text text) : text_(std::move(text)) {
    head_.method = text_.method;
    for (const auto& [name, value] : text_.headers) head_.fields.add({name, value});
  }
  core::server_request http() const {
    return {text_.method, text_.path, text_.query, head_, text_.body, core::deadline::never(), {}};
  }

 private:
  request_text text_;
  core::request_head head_;
};

}  // namespace api_tests
