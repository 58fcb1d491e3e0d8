#include "api/http/score_handlers.hpp"

#include <unordered_set>

#include "api/http/answers.hpp"
#include "api/http/query.hpp"
#include "api/http/representations.hpp"
#include "api/http/request_bodies.hpp"
#include "api/isin.hpp"

namespace api {
namespace {

constexpr const char* cannot_read = "The scores cannot be read at the moment.";
constexpr const char* not_confirmed =
    "It could not be confirmed that this was stored: send it again.";

std::vector<std::string> isins_of(const std::vector<new_score>& scores) {
  std::vector<std::string> isins;
  isins.reserve(scores.size());
  for (const auto& s : scores) isins.push_back(s.isin);
  return isins;
}

// One error a row whose ISIN no security has.
core::server_response refused_rows(const std::vector<std::string>& isins,
                                   const std::vector<std::string>& unknown) {
  const std::unordered_set<std::string_view> bad(unknown.begin(), unknown.end());
  json_errors errors;
  for (std::size_t i = 0; i < isins.size(); ++i)
    if (bad.contains(isins[i]))
      errors.push_back({"is the ISIN of no security", "/items/" + std::to_string(i) + "/isin"});
  return refused_json(errors);
}

}  // namespace

core::task<> tell_nobody(call_context, std::vector<std::string>) {
  co_return;
}

core::task<core::server_response> get_score(score_store& scores, api_request request) {
  const std::string isin = request.path_parameter("isin");
  if (!valid_isin(isin)) co_return no_isin();
  auto found = co_await scores.find(request.call, isin);
  if (!found) co_return unavailable(cannot_read);
  if (!*found) co_return core::problem_response(404, "There is no score for this ISIN.");
  co_return json_response(200, to_json(**found));
}

core::task<core::server_response> put_score(score_store& scores, scores_written tell,
                                            api_request request) {
  if (const query_reader query(request.http.query, {}); !query.good()) co_return query.refusal();
  if (!has_json_body(request.http)) co_return wrong_content_type();
  auto value = parse_score_value(request.http.body);
  if (!value) co_return refused_json(value.error());
  const std::string isin = request.path_parameter("isin");
  if (!valid_isin(isin)) co_return no_isin();

  new_score written{isin, std::move(*value)};
  auto stored = co_await scores.put(request.call, std::move(written));
  if (!stored) co_return unavailable(not_confirmed);
  if (!*stored) co_return core::problem_response(404, "There is no security with this ISIN.");
  std::vector<std::string> isins(1, isin);
  co_await tell(request.call, std::move(isins));
  co_return json_response(200, to_json(**stored));
}

core::task<core::server_response> post_scores(score_store& scores, scores_written tell,
                                              api_request request) {
  if (const query_reader query(request.http.query, {}); !query.good()) co_return query.refusal();
  if (!has_json_body(request.http)) co_return wrong_content_type();
  auto rows = parse_score_batch(request.http.body);
  if (!rows) co_return refused_json(rows.error());

  std::vector<std::string> isins = isins_of(*rows);
  auto unknown = co_await scores.put_all(request.call, std::move(*rows));
  if (!unknown) co_return unavailable(not_confirmed);
  if (!unknown->empty()) co_return refused_rows(isins, *unknown);
  const std::string count = std::to_string(isins.size());
  co_await tell(request.call, std::move(isins));
  co_return json_response(200, "{\"stored\":" + count + "}");
}

core::task<core::server_response> get_scores(score_store& scores, api_request request) {
  if (!has_json_body(request.http)) co_return wrong_content_type();
  auto isins = parse_isins(request.http.body);
  if (!isins) co_return refused_json(isins.error());
  std::vector<std::string> asked = *isins;
  auto found = co_await scores.find_all(request.call, std::move(asked));
  if (!found) co_return unavailable(cannot_read);
  std::unordered_set<std::string_view> there;
  for (const auto& s : *found) there.insert(s.isin);
  std::erase_if(*isins, [&there](const std::string& isin) { return there.contains(isin); });
  co_return json_response(200, to_json(*found, *isins));
}

}  // namespace api
