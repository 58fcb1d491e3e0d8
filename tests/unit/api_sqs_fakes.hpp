#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/aws/aws_error.hpp"
#include "api/aws/sqs_calls.hpp"
#include "api/postgres/dead_letter_repository.hpp"
#include "api/queue/idempotency_store.hpp"

/// SQS, the tables and the keys in memory.
namespace api_tests {

class fake_sqs final : public api::sqs_calls {
 public:
  api::sqs_attributes queue{"arn:aws:sqs:eu-west-1:1:q", 345'600, 0, 0, 0, true, false};
  std::string topic_says;             ///< its problem
  core::error_code error;             ///< of every call, while it is set
  std::vector<std::string> sent;      ///< ids, through the topic or not
  std::vector<std::string> straight;  ///< ids, past the topic
  std::deque<api::sqs_received> waiting;
  std::vector<std::string> removed;              ///< handles
  std::map<std::string, int> hidden;             ///< handle: how often
  std::vector<std::chrono::seconds> hidden_for;  ///< of each call
  std::set<std::string> not_ours;                ///< handles that cannot be removed or hidden
  std::vector<std::chrono::seconds> waits;       ///< of each poll
  int topic_questions = 0;
  int hidings = 0;  ///< calls, also those that failed

  core::task<core::result<>> send(api::queued_message message, core::deadline) override {
    if (error) co_return error;
    sent.push_back(message.id);
    co_return core::result<>();
  }
  core::task<core::result<>> send_to_queue(api::queued_message message, core::deadline) override {
    if (error) co_return error;
    straight.push_back(message.id);
    co_return core::result<>();
  }
  core::task<core::result<std::vector<api::sqs_received>>> receive(std::size_t most,
                                                                   std::chrono::seconds wait,
                                                                   core::deadline) override {
    waits.push_back(wait);
    if (error) co_return error;
    std::vector<api::sqs_received> out;
    while (out.size() < most && !waiting.empty()) {
      out.push_back(std::move(waiting.front()));
      waiting.pop_front();
    }
    co_return out;
  }
  core::task<core::result<std::vector<std::string>>> remove(std::vector<std::string> handles,
                                                            core::deadline) override {
    if (error) co_return error;
    co_return done(handles, [this](const std::string& handle) { removed.push_back(handle); });
  }
  core::task<core::result<std::vector<std::string>>> hide(std::vector<std::string> handles,
                                                          std::chrono::seconds visibility,
                                                          core::deadline) override {
    ++hidings;
    if (error) co_return error;
    hidden_for.push_back(visibility);
    co_return done(handles, [this](const std::string& handle) { ++hidden[handle]; });
  }
  core::task<core::result<api::sqs_attributes>> attributes(core::deadline) override {
    if (error) co_return error;
    co_return queue;
  }
  core::task<core::result<std::string>> topic_problem(api::sqs_attributes,
                                                      core::deadline) override {
    ++topic_questions;
    co_return topic_says;
  }

 private:
  template <class Deed>
  std::vector<std::string> done(const std::vector<std::string>& handles, Deed deed) {
    std::vector<std::string> failed;
    for (const auto& handle : handles) {
      if (not_ours.contains(handle))
        failed.push_back(handle);
      else
        deed(handle);
    }
    return failed;
  }
};

class fake_letters final : public api::dead_letter_store, public api::dead_letter_reader {
 public:
  std::vector<api::dead_letter> kept;
  std::set<std::string> stored;  ///< transaction ids in the table of messages
  core::error_code error;        ///< of every call, while it is set

  core::task<core::result<api::transaction_end>> find_end(api::call_context,
                                                          std::string id) override {
    if (error) co_return error;
    api::transaction_end end;
    end.stored = stored.contains(id);
    for (const auto& letter : kept)
      if (letter.what.message.id == id) end.dead = letter.reason;
    co_return end;
  }
  core::task<core::result<>> insert(api::call_context,
                                    std::vector<api::dead_letter> letters) override {
    if (error) co_return error;
    for (auto& letter : letters) kept.push_back(std::move(letter));
    co_return core::result<>();
  }
  core::task<core::result<std::int64_t>> count(api::call_context) override {
    if (error) co_return error;
    co_return static_cast<std::int64_t>(kept.size());
  }
  core::task<core::result<std::vector<api::dead_letter>>> list(api::call_context, std::string,
                                                               std::size_t) override {
    co_return kept;
  }
  core::task<core::result<std::int64_t>> look_for(api::call_context, std::string receipt) override {
    co_return std::count_if(kept.begin(), kept.end(), [&receipt](const api::dead_letter& letter) {
      return letter.what.receipt == receipt;
    });
  }
  core::task<core::result<std::int64_t>> remove(api::call_context, std::string receipt) override {
    if (error) co_return error;
    co_return static_cast<std::int64_t>(std::erase_if(
        kept,
        [&receipt](const api::dead_letter& letter) { return letter.what.receipt == receipt; }));
  }
};

class fake_keys final : public api::idempotency_store {
 public:
  struct entry {
    std::string id, fingerprint;
    bool taken = false;
  };
  std::map<std::string, entry> entries;
  core::error_code error;          ///< of every call, while it is set
  core::error_code confirm_error;  ///< of `confirm` alone

  core::task<core::result<api::idempotency_claim>> claim(api::call_context, api::idempotency once,
                                                         std::string id) override {
    using state = api::idempotency_claim::state;
    if (error) co_return error;
    const auto [at, fresh] = entries.try_emplace(once.key, entry{id, once.fingerprint, false});
    const entry& e = at->second;
    if (fresh) co_return api::idempotency_claim{state::fresh, e.id};
    if (e.fingerprint != once.fingerprint) co_return api::idempotency_claim{state::conflict, e.id};
    co_return api::idempotency_claim{e.taken ? state::taken : state::claimed, e.id};
  }
  core::task<core::result<>> confirm(api::call_context, api::idempotency once,
                                     std::string) override {
    if (confirm_error) co_return confirm_error;
    entries.at(once.key).taken = true;
    co_return core::result<>();
  }
};

}  // namespace api_tests
