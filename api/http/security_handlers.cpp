#include "api/http/security_handlers.hpp"

#include <charconv>

#include "api/http/answers.hpp"
#include "api/http/representations.hpp"
#include "api/isin.hpp"
#include "core/problem_details.hpp"

namespace api {
namespace {

constexpr int most_listed = 500;

}  // namespace

list_parameters parse_list_parameters(const std::optional<std::string>& limit,
                                      const std::optional<std::string>& after) {
  list_parameters parsed;
  if (limit) {
    const char* end = limit->data() + limit->size();
    const auto [stopped, error] = std::from_chars(limit->data(), end, parsed.page.limit);
    if (error != std::errc() || stopped != end || parsed.page.limit < 1 ||
        parsed.page.limit > most_listed)
      parsed.problem = "The parameter limit must be a number from 1 to 500.";
  }
  if (after) {
    if (!valid_isin(*after))
      parsed.problem = "The parameter after must be a valid ISIN, check digit included.";
    parsed.page.after = *after;
  }
  return parsed;
}

core::task<core::server_response> list_securities(security_repository& securities,
                                                  api_request request) {
  const auto asked =
      parse_list_parameters(request.http.parameter("limit"), request.http.parameter("after"));
  if (!asked.problem.empty()) co_return core::problem_response(400, asked.problem);

  security_page page = asked.page;
  page.limit += 1;  // one more tells whether there is a next page
  auto found = co_await securities.list(request.call, std::move(page));
  if (!found) co_return unavailable("The securities cannot be read at the moment.");

  std::string next;
  if (found->size() > static_cast<std::size_t>(asked.page.limit)) {
    found->pop_back();
    next =
        "/v1/securities?limit=" + std::to_string(asked.page.limit) + "&after=" + found->back().isin;
  }
  co_return json_response(200, to_json(*found, next));
}

core::task<core::server_response> get_security(security_repository& securities,
                                               score_source& scores, api_request request) {
  const std::string isin = request.path_parameter("isin");
  if (!valid_isin(isin))
    co_return core::problem_response(404,
                                     "This is no valid ISIN: its form or check digit is wrong.");
  auto found = co_await securities.find(request.call, isin);
  if (!found) co_return unavailable("The securities cannot be read at the moment.");
  if (!*found) co_return core::problem_response(404, "There is no security with this ISIN.");

  auto its_score = co_await scores.find(request.call, isin);
  if (!its_score || !*its_score)
    co_return unavailable("The score of this security is not available at the moment.");
  co_return json_response(200, to_json(**found, **its_score));
}

}  // namespace api
