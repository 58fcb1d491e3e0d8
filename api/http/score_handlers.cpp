#include "api/http/score_handlers.hpp"

#include "api/http/answers.hpp"
#include "api/http/representations.hpp"
#include "api/isin.hpp"
#include "core/problem_details.hpp"

namespace api {

core::task<core::server_response> get_score(score_source& scores, api_request request) {
  const std::string isin = request.path_parameter("isin");
  if (!valid_isin(isin))
    co_return core::problem_response(404,
                                     "This is no valid ISIN: its form or check digit is wrong.");
  auto found = co_await scores.find(request.call, isin);
  if (!found) co_return unavailable("The scores cannot be read at the moment.");
  if (!*found) co_return core::problem_response(404, "There is no score for this ISIN.");
  co_return json_response(200, to_json(**found));
}

}  // namespace api
