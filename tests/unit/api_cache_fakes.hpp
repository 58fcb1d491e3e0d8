#pragma once

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "api/cache/cached_securities.hpp"
#include "tests/unit/api_fakes.hpp"

/// What caches stand between, in memory.
namespace api_tests {

/// Answers as prepared, at once or when asked to wait; keeps what it was told to forget.
class fake_source final : public api::security_source {
 public:
  std::map<std::string, api::security_answer, std::less<>> at_once, later;
  core::error_code error = gone();  ///< for every other
  core::result<api::security_list> listed = gone();
  std::optional<api::security_page> asked;  ///< of the last list
  std::vector<std::vector<std::string>> forgotten;

  api::security_answer find_now(const api::call_context&, std::string_view isin) override {
    const auto known = at_once.find(isin);
    return known == at_once.end() ? api::security_answer() : known->second;
  }
  core::task<core::result<api::security_answer>> find(api::call_context,
                                                      std::string isin) override {
    const auto known = later.find(isin);
    if (known == later.end()) co_return error;
    co_return known->second;
  }
  /// As many as are asked for, whatever else is.
  core::task<core::result<api::security_list>> list(api::call_context,
                                                    api::security_page page) override {
    asked = page;
    auto found = listed;
    if (found && found->items.size() > static_cast<std::size_t>(page.limit))
      found->items.resize(static_cast<std::size_t>(page.limit));
    co_return found;
  }
  core::task<> forget(api::call_context, std::vector<std::string> isins) override {
    forgotten.push_back(std::move(isins));
    co_return;
  }
};

/// The shared cache as Redis does it: what is put must have been seen as it is.
class fake_shared_cache final : public api::shared_cache {
 public:
  explicit fake_shared_cache(core::worker& w) : door(w) {}
  gate door;  ///< that every call passes, in time for its deadline
  bool away = false;
  std::map<std::string, std::string> texts;
  int got = 0, kept = 0, refused = 0;

  core::task<core::result<api::shared_entry>> get(api::call_context call,
                                                  std::string isin) override {
    ++got;
    auto passed = co_await door.pass(call.until);
    if (!passed) co_return passed.error();
    if (away) co_return gone();
    api::shared_entry entry{api::parse_cache_text(texts[isin]), texts[isin]};
    co_return entry;
  }
  core::task<core::result<>> put(api::call_context call, std::string isin,
                                 api::snapshot_ptr snapshot, std::string seen) override {
    auto passed = co_await door.pass(call.until);
    if (!passed) co_return passed.error();
    if (away) co_return gone();
    const bool same = texts[isin] == seen;
    if (same) texts[isin] = api::to_cache_text(*snapshot);
    ++(same ? kept : refused);
    co_return core::result<>();
  }
  core::task<core::result<>> forget(api::call_context call,
                                    std::vector<std::string> isins) override {
    auto passed = co_await door.pass(call.until);
    if (!passed) co_return passed.error();
    if (away) co_return gone();
    for (const auto& isin : isins) texts[isin] = "forgotten " + std::to_string(++marks_);
    co_return core::result<>();
  }

 private:
  int marks_ = 0;
};

/// Sources with one security, whose score is `value` at the moment when it is read.
class fake_maker final : public api::snapshot_maker {
 public:
  explicit fake_maker(core::worker& w) : door(w), worker_(w) {}
  gate door;  ///< that every call passes after it has read, in time for its deadline
  std::string value = "71.2";
  std::set<std::string> absent;
  bool away = false, throws = false;
  int made = 0;  ///< calls so far, in vain or not

  core::task<core::result<api::snapshot_ptr>> make(api::call_context call,
                                                   std::string isin) override {
    ++made;
    const auto read_at =
        static_cast<std::int64_t>(worker_.wall.unix_nanos(core::now()) / 1'000'000);
    const api::score score{isin, value, "2026-01-01T00:00:00Z", true};
    const bool is_there = !absent.contains(isin);
    auto passed = co_await door.pass(call.until);
    if (!passed) co_return passed.error();
    if (throws) throw std::runtime_error("a fault of ours");
    if (away) co_return gone();
    if (!is_there) co_return api::make_absent_snapshot(read_at);
    const api::security security{isin, "Apple Inc.", "US", "Information Technology", "USD"};
    co_return api::make_snapshot(security, score, read_at);
  }
  core::task<core::result<api::security_list>> list(api::call_context,
                                                    api::security_page page) override {
    if (away) co_return gone();
    api::security_list all;
    all.items.push_back({page.after, "Apple Inc.", "US", "Information Technology", "USD"});
    co_return all;
  }

 private:
  core::worker& worker_;
};

}  // namespace api_tests
