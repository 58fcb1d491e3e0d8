#include "api/scores/score_client.hpp"

#include <charconv>

#include "api/http/json.hpp"
#include "api/http/representations.hpp"
#include "core/json_text.hpp"

namespace api {
namespace {

core::error_code not_now() noexcept {
  return make_error_code(boost::system::errc::resource_unavailable_try_again);
}

core::outgoing_request to_request(const call_context& call, std::string method, std::string target,
                                  std::string body) {
  core::outgoing_request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers.emplace_back("Accept", "application/json");
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  if (call.parent) {
    const auto traceparent = core::format_traceparent(call.parent);
    request.headers.emplace_back("traceparent",
                                 std::string(traceparent.data(), traceparent.size()));
    if (!call.tracestate.empty()) request.headers.emplace_back("tracestate", call.tracestate);
  }
  return request;
}

std::string isins_to_json(const std::vector<std::string>& isins) {
  std::string out = "{\"isins\":[";
  for (const auto& isin : isins) {
    if (out.back() != '[') out.push_back(',');
    core::append_json_string(out, isin);
  }
  return out + "]}";
}

core::result<std::optional<score>> one_score(const core::http_answer& answer,
                                             std::string_view isin) {
  if (answer.status == 404) return std::optional<score>();
  if (answer.status != 200) return not_now();
  auto parsed = parse_score(answer.body);
  if (!parsed || parsed->isin != isin) return core::error_code(core::errc::malformed);
  return std::optional<score>(std::move(*parsed));
}

// The number in `/items/NUMBER/isin`.
std::optional<std::size_t> row_of(std::string_view pointer) noexcept {
  constexpr std::string_view before = "/items/", behind = "/isin";
  if (!pointer.starts_with(before) || !pointer.ends_with(behind)) return std::nullopt;
  pointer.remove_prefix(before.size());
  pointer.remove_suffix(behind.size());
  std::size_t row = 0;
  const auto [end, error] = std::from_chars(pointer.data(), pointer.data() + pointer.size(), row);
  if (error != std::errc() || end != pointer.data() + pointer.size()) return std::nullopt;
  return row;
}

}  // namespace

score_client::score_client(core::worker& w, const scores_config& config)
    : client_(w, config.url, {16 * 1024, 512 * 1024}), timeout_(config.timeout) {}

core::task<core::result<core::http_answer>> score_client::send(call_context call,
                                                               std::string method,
                                                               std::string target,
                                                               std::string body) {
  const auto until = sooner(call.until, core::deadline::in(timeout_, core::now()));
  co_return co_await client_.send(
      to_request(call, std::move(method), std::move(target), std::move(body)), until);
}

core::task<core::result<std::optional<score>>> score_client::find(call_context call,
                                                                  std::string isin) {
  auto answer = co_await send(std::move(call), "GET", "/v1/scores/" + isin, "");
  if (!answer) co_return answer.error();
  co_return one_score(*answer, isin);
}

core::task<core::result<std::vector<score>>> score_client::find_all(
    call_context call, std::vector<std::string> isins) {
  auto answer = co_await send(std::move(call), "POST", "/v1/scores:batchGet", isins_to_json(isins));
  if (!answer) co_return answer.error();
  if (answer->status != 200) co_return not_now();
  auto parsed = parse_scores(answer->body);
  if (!parsed) co_return core::error_code(core::errc::malformed);
  co_return std::move(*parsed);
}

core::task<core::result<std::optional<score>>> score_client::put(call_context call,
                                                                 new_score value) {
  auto answer =
      co_await send(std::move(call), "PUT", "/v1/scores/" + value.isin, value_to_json(value.value));
  if (!answer) co_return answer.error();
  co_return one_score(*answer, value.isin);
}

core::task<core::result<std::vector<std::string>>> score_client::put_all(
    call_context call, std::vector<new_score> values) {
  auto answer = co_await send(std::move(call), "POST", "/v1/scores:batchPut", to_json(values));
  if (!answer) co_return answer.error();
  if (answer->status == 200) co_return std::vector<std::string>();
  if (answer->status != 422) co_return not_now();
  std::vector<std::string> isins;
  for (auto& v : values) isins.push_back(std::move(v.isin));
  auto unknown = unknown_isins(answer->body, isins);
  if (unknown.empty()) co_return core::error_code(core::errc::malformed);
  co_return unknown;
}

std::vector<std::string> unknown_isins(std::string_view problem,
                                       const std::vector<std::string>& isins) {
  std::vector<std::string> unknown;
  const auto parsed = parse_json(problem);
  const json_value* errors = parsed ? parsed->find("errors") : nullptr;
  if (!errors) return unknown;
  for (const auto& e : errors->items) {
    const json_value* pointer = e.find("pointer");
    const auto row = pointer ? row_of(pointer->text) : std::nullopt;
    if (row && *row < isins.size()) unknown.push_back(isins[*row]);
  }
  return unknown;
}

}  // namespace api
