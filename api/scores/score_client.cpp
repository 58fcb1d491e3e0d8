#include "api/scores/score_client.hpp"

#include "api/http/representations.hpp"

namespace api {

score_client::score_client(core::worker& w, const scores_config& config)
    : client_(w, config.url, {16 * 1024, 64 * 1024}), timeout_(config.timeout) {}

core::task<core::result<std::optional<score>>> score_client::find(call_context call,
                                                                  std::string isin) {
  core::outgoing_request request;
  request.target = "/v1/scores/" + isin;
  request.headers.emplace_back("Accept", "application/json");
  if (call.parent) {
    const auto traceparent = core::format_traceparent(call.parent);
    request.headers.emplace_back("traceparent",
                                 std::string(traceparent.data(), traceparent.size()));
    if (!call.tracestate.empty()) request.headers.emplace_back("tracestate", call.tracestate);
  }
  const auto until = sooner(call.until, core::deadline::in(timeout_, core::now()));
  auto answer = co_await client_.send(std::move(request), until);
  if (!answer) co_return answer.error();
  if (answer->status == 404) co_return std::optional<score>();
  if (answer->status != 200)
    co_return make_error_code(boost::system::errc::resource_unavailable_try_again);
  auto parsed = parse_score(answer->body);
  if (!parsed || parsed->isin != isin) co_return core::error_code(core::errc::malformed);
  co_return std::optional<score>(std::move(*parsed));
}

}  // namespace api
