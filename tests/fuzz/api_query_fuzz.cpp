#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "api/http/query.hpp"
#include "api/http/security_handlers.hpp"
#include "api/isin.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// Every problem is told, in an answer that is JSON.
void check_refusal(const api::query_reader& query) {
  require(query.good() == query.problems().empty());
  if (query.good()) return;
  for (const auto& p : query.problems()) require(!p.detail.empty());
  const auto response = query.refusal();
  require(response.status == 400);
  boost::system::error_code error;
  const auto body = boost::json::parse(response.body, error);
  require(!error && body.at("errors").as_array().size() == query.problems().size());
}

void check_page(const api::security_page& page) {
  require(page.limit >= 1 && page.limit <= 500);
  require(page.after.empty() || api::valid_isin(page.after));
  require(page.country.empty() || page.country.size() == 2);
  // Characters, of at most four bytes each.
  require(page.sector.size() <= 400 && page.text.size() <= 400);
  require(page.text.empty() || page.text.size() >= 2);
}

/// The link to the next page asks for the same again, from there on.
void check_next(const api::security_page& page) {
  constexpr std::string_view path = "/v1/securities?", last = "US0378331005";
  const auto next = api::next_page(page, last);
  require(next.starts_with(path));
  for (const char c : next) require(c > ' ' && c <= '~' && c != '<' && c != '>' && c != '"');
  api::query_reader query(std::string_view(next).substr(path.size()), api::list_parameter_names);
  const auto again = api::parse_list_parameters(query);
  require(query.good() && again.after == last && again.limit == page.limit);
  require(again.country == page.country && again.sector == page.sector && again.text == page.text);
}

}  // namespace

/// The parameters of lists, and of waiting for a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  api::query_reader list(text, api::list_parameter_names);
  const auto page = api::parse_list_parameters(list);
  check_refusal(list);
  if (list.good()) {
    check_page(page);
    check_next(page);
  }

  constexpr std::string_view names[] = {"wait"};
  api::query_reader wait(text, names);
  const auto seconds = wait.number("wait", 0, 30, 17);
  check_refusal(wait);
  require(seconds >= 0 && seconds <= 30);
  if (wait.good() && !wait.text("wait")) require(seconds == 17);
  return 0;
}
