#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/router.hpp"
#include "api/postgres/security_repository.hpp"
#include "api/scores/score_store.hpp"
#include "core/worker.hpp"
#include "tests/support/await.hpp"

/// Collaborators in memory, and requests without a connection.
namespace api_tests {

inline core::error_code gone() {
  return core::errc::refused;
}

using tests::gate;
using tests::holds;
using tests::run;

class fake_securities final : public api::security_repository {
 public:
  std::map<std::string, api::security> rows;
  bool away = false;
  std::optional<api::security_page> asked;  ///< of the last list

  core::task<core::result<std::vector<api::security>>> list(api::call_context,
                                                            api::security_page page) override {
    asked = page;
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

/// Scores of the securities in `securities`; what is written is as of a day that no other has.
class fake_scores final : public api::score_store {
 public:
  static constexpr const char* now = "2026-02-03T04:05:06Z";

  std::map<std::string, api::score> rows;
  std::set<std::string> securities;
  bool away = false;
  std::vector<std::vector<std::string>> asked;  ///< ISINs, call by call

  core::task<core::result<std::optional<api::score>>> find(api::call_context,
                                                           std::string isin) override {
    asked.push_back({isin});
    if (away) co_return gone();
    const auto row = rows.find(isin);
    if (row == rows.end()) co_return std::optional<api::score>();
    co_return std::optional(row->second);
  }
  core::task<core::result<std::vector<api::score>>> find_all(
      api::call_context, std::vector<std::string> isins) override {
    asked.push_back(isins);
    if (away) co_return gone();
    std::vector<api::score> found;
    for (const auto& [isin, row] : rows)
      if (std::find(isins.begin(), isins.end(), isin) != isins.end()) found.push_back(row);
    co_return found;
  }
  core::task<core::result<std::optional<api::score>>> put(api::call_context,
                                                          api::new_score value) override {
    if (away) co_return gone();
    if (!securities.contains(value.isin)) co_return std::optional<api::score>();
    write(value);
    co_return std::optional(rows[value.isin]);
  }
  core::task<core::result<std::vector<std::string>>> put_all(
      api::call_context, std::vector<api::new_score> values) override {
    if (away) co_return gone();
    std::vector<std::string> unknown;
    for (const auto& v : values)
      if (!securities.contains(v.isin)) unknown.push_back(v.isin);
    if (unknown.empty())
      for (const auto& v : values) write(v);
    co_return unknown;
  }

 private:
  void write(const api::new_score& v) { rows[v.isin] = {v.isin, v.value, now, false}; }
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

/// The value of a header of an answer; "" when it is not there.
inline std::string header(const core::server_response& r, std::string_view name) {
  for (const auto& [key, value] : r.headers)
    if (key == name) return value;
  return {};
}

/// What a router answers, as the layer around it would have it answer.
inline core::server_response ask(tests::loop& loop, const api::router& routes, request_text text,
                                 api::call_context call = {}) {
  const fake_request request(std::move(text));
  const core::server_request http = request.http();
  return run(loop,
             api::router::answer(routes.match(http.method, http.path), http, std::move(call)));
}

}  // namespace api_tests
