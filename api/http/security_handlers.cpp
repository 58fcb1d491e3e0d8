#include "api/http/security_handlers.hpp"

#include "api/http/answers.hpp"
#include "api/http/caching.hpp"
#include "api/http/representations.hpp"
#include "api/isin.hpp"
#include "core/http_client.hpp"

namespace api {
namespace {

constexpr int most_listed = 500;
constexpr int usually_listed = 100;

bool is_capital(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}

core::server_response to_answer(const security_answer& found, security_part part,
                                std::string_view if_none_match) {
  const security_snapshot& s = *found.snapshot;
  if (!s.exists()) return core::problem_response(404, "There is no security with this ISIN.");
  if (part == security_part::score && !s.has_score())
    return core::problem_response(404, "This security has no score.");
  cacheable answer;
  answer.body = part == security_part::all ? s.body : s.score;
  answer.etag = part == security_part::all ? s.etag : s.score_etag;
  answer.age = found.age;
  answer.fresh = found.fresh;
  answer.way = found.way;
  answer.stale = found.stale;
  answer.was_known = found.was_known;
  return cached_answer(answer, if_none_match);
}

}  // namespace

security_page parse_list_parameters(query_reader& query) {
  security_page page;
  page.limit = static_cast<int>(query.number("limit", 1, most_listed, usually_listed));
  page.after = query.text("after").value_or("");
  if (query.text("after") && !valid_isin(page.after))
    query.refuse("after", "must be a valid ISIN, check digit included");
  page.country = query.text("country").value_or("");
  if (query.text("country") &&
      (page.country.size() != 2 || !is_capital(page.country[0]) || !is_capital(page.country[1])))
    query.refuse("country", "must be two capital letters (ISO 3166-1 alpha-2)");
  page.sector = query.text("sector", 1, 100);
  page.text = query.text("q", 3, 100);
  return page;
}

std::string next_page(const security_page& page, std::string_view last) {
  std::string next = "/v1/securities?limit=" + std::to_string(page.limit);
  next.append("&after=").append(last);
  const auto add = [&next](const char* name, const std::string& value) {
    if (!value.empty()) next.append("&").append(name).append("=").append(core::url_encode(value));
  };
  add("country", page.country);
  add("sector", page.sector);
  add("q", page.text);
  return next;
}

core::task<core::server_response> list_securities(security_source& securities,
                                                  api_request request) {
  query_reader query(request.http.query, list_parameter_names);
  const security_page asked = parse_list_parameters(query);
  if (!query.good()) co_return query.refusal();

  security_page page = asked;
  page.limit += 1;  // one more tells whether there is a next page
  auto found = co_await securities.list(request.call, std::move(page));
  if (!found) co_return unavailable("The securities cannot be read at the moment.");
  std::string next;
  if (found->items.size() > static_cast<std::size_t>(asked.limit)) {
    found->items.pop_back();
    next = next_page(asked, found->items.back().isin);
  }
  auto response = json_response(200, to_json(found->items, found->scores, next));
  if (!next.empty()) response.headers.emplace_back("Link", "<" + next + ">; rel=\"next\"");
  co_return response;
}

core::task<core::server_response> get_security(security_source& securities, security_part part,
                                               api_request request) {
  if (const query_reader query(request.http.query, {}); !query.good()) co_return query.refusal();
  const std::string& isin = request.path_parameter("isin");
  if (!valid_isin(isin)) co_return no_isin();
  const auto if_none_match = request.http.header("if-none-match").value_or("");
  if (const auto known = securities.find_now(request.call, isin); known.snapshot)
    co_return to_answer(known, part, if_none_match);
  auto found = co_await securities.find(request.call, isin);
  if (!found) co_return unavailable("This security and its score are not available at the moment.");
  co_return to_answer(*found, part, if_none_match);
}

}  // namespace api
