#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/http/json.hpp"
#include "api/http/routes.hpp"
#include "tests/unit/api_cache_fakes.hpp"
#include "tests/unit/api_queue_fakes.hpp"

namespace api_tests {

inline const api::security apple{"US0378331005", "Apple Inc.", "US", "Information Technology",
                                 "USD"};
inline const api::security sap{"DE0007164600", "SAP", "DE", "Information Technology", "EUR"};
inline const api::score apples{"US0378331005", "71.2", "2026-01-01T00:00:00Z", true};
/// A valid ISIN that nobody here has.
inline constexpr const char* nobodys = "FR0000120271";
inline constexpr const char* transaction_id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

using header_lines = std::vector<std::pair<std::string, std::string>>;

/// The texts of one member of all `errors` of a problem document, in their order.
inline std::vector<std::string> errors_of(const core::server_response& r, std::string_view member) {
  const auto problem = api::parse_json(r.body);
  const api::json_value* errors = problem ? problem->find("errors") : nullptr;
  std::vector<std::string> found;
  if (!errors) return found;
  for (const auto& e : errors->items) {
    const api::json_value* value = e.find(member);
    found.push_back(value ? value->text : "");
  }
  return found;
}

/// Both APIs with everything behind their handlers in memory.
class api_routes : public ::testing::Test {
 protected:
  api_routes() {
    securities.listed = api::security_list{{sap, apple}, {apples}};
    scores.rows = {{apple.isin, apples}};
    scores.securities = {apple.isin, sap.isin};
    core::problems found;
    // The SHA-256 of "abc" and of "secret".
    tokens = api::token_file::parse(
        "tokens",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad read reader\n"
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b write writer\n"
        "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9 write other\n",
        found);
    api::add_public_routes(routes, {securities, scores, queue, accepted, tokens});
    api::add_internal_routes(internal, scores);
  }

  core::server_response get(std::string path, std::string query = "", header_lines headers = {}) {
    return ask(loop, routes, {"GET", std::move(path), std::move(query), "", std::move(headers)},
               call);
  }
  /// With the token that may write, and a body of JSON.
  core::server_response send(std::string method, std::string path, std::string body,
                             header_lines more = {}) {
    header_lines headers{{"Authorization", "Bearer secret"}, {"Content-Type", "application/json"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return ask(loop, routes,
               {std::move(method), std::move(path), "", std::move(body), std::move(headers)}, call);
  }
  core::server_response send_internal(std::string method, std::string path, std::string body) {
    return ask(loop, internal,
               {std::move(method),
                std::move(path),
                "",
                std::move(body),
                {{"Content-Type", "application/json"}}});
  }

  tests::loop loop;
  fake_source securities;
  fake_scores scores;
  fake_reader messages;
  fake_producer queue;
  api::transactions accepted{loop.worker(), messages, queue};
  api::token_file tokens;
  api::router routes, internal;
  api::call_context call;
};

}  // namespace api_tests
