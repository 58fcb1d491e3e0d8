#include "api/http/query.hpp"
#include "api/http/security_handlers.hpp"
#include "tests/unit/api_routes_fixture.hpp"

namespace {

using namespace api_tests;
using names = std::vector<std::string>;

class reading_routes : public api_routes {
 protected:
  // Each was read three and a half seconds ago, and may be five seconds old.
  static api::security_answer answer_of(api::snapshot_ptr snapshot, api::answered_by way) {
    api::security_answer answer;
    answer.snapshot = std::move(snapshot);
    answer.way = way;
    answer.age = std::chrono::milliseconds(3500);
    answer.fresh = std::chrono::seconds(5);
    return answer;
  }
  static api::snapshot_ptr whole() { return api::make_snapshot(apple, apples, 1); }
  static std::string path(const std::string& isin) { return "/v1/securities/" + isin; }
};

TEST_F(reading_routes, a_list_has_every_security_with_its_score_or_null) {
  const auto response = get("/v1/securities");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(
      response.body,
      R"({"items":[{"isin":"DE0007164600","name":"SAP","country":"DE",)"
      R"("sector":"Information Technology","currency":"EUR","score":null},)"
      R"({"isin":"US0378331005","name":"Apple Inc.","country":"US",)"
      R"("sector":"Information Technology","currency":"USD","score":{"value":71.2,)"
      R"("scale":"0-100","as_of":"2026-01-01T00:00:00Z","illustrative":true}}],"next":null})");
  EXPECT_EQ(header(response, "Link"), "");
}

TEST_F(reading_routes, a_list_asks_for_one_more_than_it_gives_to_know_whether_it_goes_on) {
  get("/v1/securities");
  ASSERT_TRUE(securities.asked);
  EXPECT_EQ(securities.asked->limit, 101);
  EXPECT_EQ(securities.asked->after, "");
  get("/v1/securities", "limit=500");
  EXPECT_EQ(securities.asked->limit, 501);
}

TEST_F(reading_routes, a_part_of_a_list_tells_the_way_on_in_its_body_and_as_a_link) {
  const auto part = get("/v1/securities", "limit=1");
  EXPECT_EQ(part.status, 200);
  EXPECT_EQ(part.body.find(apple.isin), std::string::npos);
  EXPECT_TRUE(part.body.ends_with(R"(],"next":"/v1/securities?limit=1&after=DE0007164600"})"))
      << part.body;
  EXPECT_EQ(header(part, "Link"), "</v1/securities?limit=1&after=DE0007164600>; rel=\"next\"");
}

TEST_F(reading_routes, the_way_on_keeps_the_filters) {
  const auto part =
      get("/v1/securities", "q=a%26b+c&sector=Information%20Technology&limit=1&country=DE");
  ASSERT_EQ(part.status, 200) << part.body;
  EXPECT_EQ(securities.asked->country, "DE");
  EXPECT_EQ(securities.asked->sector, "Information Technology");
  EXPECT_EQ(securities.asked->text, "a&b c");
  const auto next = api::parse_json(part.body)->find("next")->text;
  EXPECT_EQ(header(part, "Link"), "<" + next + ">; rel=\"next\"");

  get("/v1/securities", next.substr(next.find('?') + 1));
  EXPECT_EQ(securities.asked->after, sap.isin);
  EXPECT_EQ(securities.asked->limit, 2);
  EXPECT_EQ(securities.asked->country, "DE");
  EXPECT_EQ(securities.asked->sector, "Information Technology");
  EXPECT_EQ(securities.asked->text, "a&b c");
}

TEST_F(reading_routes, a_list_names_every_parameter_that_makes_no_sense) {
  const auto response =
      get("/v1/securities", "limit=0&after=x&country=de&sector=&q=a&more=1&limit=2");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(errors_of(response, "parameter"),
            (names{"more", "limit", "limit", "after", "country", "sector", "q"}));
  EXPECT_EQ(errors_of(response, "pointer"), names(7));
  EXPECT_FALSE(securities.asked);
}

struct senseless {
  const char* name;
  const char* query;
  const char* parameter;
};
class senseless_parameter : public reading_routes,
                            public ::testing::WithParamInterface<senseless> {};

TEST_P(senseless_parameter, is_400_and_named) {
  const auto response = get("/v1/securities", GetParam().query);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(errors_of(response, "parameter"), names{GetParam().parameter});
  EXPECT_FALSE(errors_of(response, "detail").front().empty());
}

INSTANTIATE_TEST_SUITE_P(
    with, senseless_parameter,
    ::testing::Values(senseless{"limit_zero", "limit=0", "limit"},
                      senseless{"limit_too_large", "limit=501", "limit"},
                      senseless{"limit_a_word", "limit=ten", "limit"},
                      senseless{"limit_half_a_number", "limit=1x", "limit"},
                      senseless{"limit_empty", "limit=", "limit"},
                      senseless{"limit_without_value", "limit", "limit"},
                      senseless{"limit_beyond_numbers", "limit=99999999999999999999", "limit"},
                      senseless{"after_bad_check_digit", "after=US0378331006", "after"},
                      senseless{"after_empty", "after=", "after"},
                      senseless{"country_of_three", "country=DEU", "country"},
                      senseless{"country_small", "country=de", "country"},
                      senseless{"country_empty", "country=", "country"},
                      senseless{"sector_empty", "sector=", "sector"},
                      senseless{"sector_no_utf8", "sector=%ff", "sector"},
                      senseless{"q_of_two_characters", "q=ab", "q"},
                      senseless{"q_of_two_characters_of_two_bytes", "q=%C3%BC%C3%BC", "q"},
                      senseless{"q_with_a_control_character", "q=a%00b", "q"},
                      senseless{"q_badly_encoded", "q=%zz", "q"},
                      senseless{"given_twice", "q=abc&q=abc", "q"},
                      senseless{"unknown", "page=1", "page"},
                      senseless{"in_other_letters", "Limit=1", "Limit"}),
    [](const auto& info) { return info.param.name; });

TEST_F(reading_routes, lengths_are_of_characters_not_of_bytes) {
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "%C3%BC";
  EXPECT_EQ(get("/v1/securities", "q=" + umlauts).status, 200);
  EXPECT_EQ(get("/v1/securities", "sector=" + umlauts).status, 200);
  EXPECT_EQ(get("/v1/securities", "q=" + umlauts + "a").status, 400);
  EXPECT_EQ(get("/v1/securities", "sector=" + umlauts + "a").status, 400);
}

TEST_F(reading_routes, a_list_that_cannot_be_had_is_503_with_retry_after) {
  securities.listed = gone();
  const auto response = get("/v1/securities");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(header(response, "Retry-After"), "1");
  EXPECT_NE(response.body.find("The securities cannot be read at the moment."), std::string::npos);
}

TEST_F(reading_routes, a_security_is_its_body_with_what_caches_need_to_know) {
  securities.later[apple.isin] = answer_of(whole(), api::answered_by::shared);
  const auto response = get(path(apple.isin));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body, whole()->body);
  EXPECT_EQ(header(response, "ETag"), whole()->etag);
  EXPECT_EQ(header(response, "Cache-Control"), "public, max-age=5");
  EXPECT_EQ(header(response, "Age"), "3");
  EXPECT_EQ(header(response, "Cache-Status"), "remora-api; hit; ttl=1");
  EXPECT_EQ(header(response, "Warning"), "");
}

TEST_F(reading_routes, what_is_known_at_once_is_answered_without_asking_anybody) {
  securities.at_once[apple.isin] = answer_of(whole(), api::answered_by::local);
  const auto response = get(path(apple.isin));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Cache-Status"), "remora-api; hit; ttl=1");
}

TEST_F(reading_routes, a_score_alone_has_a_tag_of_its_own) {
  securities.later[apple.isin] = answer_of(whole(), api::answered_by::sources);
  const auto response = get(path(apple.isin) + "/score");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, whole()->score);
  EXPECT_EQ(header(response, "ETag"), whole()->score_etag);
  EXPECT_NE(header(response, "ETag"), whole()->etag);
  EXPECT_EQ(header(response, "Cache-Status"), "remora-api; fwd=uri-miss; stored");
}

TEST_F(reading_routes, a_client_that_has_it_is_told_so_without_a_body) {
  securities.later[apple.isin] = answer_of(whole(), api::answered_by::shared);
  const auto same = get(path(apple.isin), "", {{"If-None-Match", "\"x\", W/" + whole()->etag}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(header(same, "ETag"), whole()->etag);
  EXPECT_EQ(header(same, "Cache-Control"), "public, max-age=5");
  EXPECT_EQ(header(same, "Age"), "3");
  EXPECT_EQ(get(path(apple.isin), "", {{"If-None-Match", "\"x\""}}).status, 200);
  // The tag of the one is not the other's.
  EXPECT_EQ(get(path(apple.isin) + "/score", "", {{"If-None-Match", whole()->etag}}).status, 200);
  EXPECT_EQ(get(path(apple.isin) + "/score", "", {{"If-None-Match", whole()->score_etag}}).status,
            304);
}

TEST_F(reading_routes, a_stale_answer_says_so_and_is_200) {
  auto stale = answer_of(whole(), api::answered_by::shared);
  stale.age = std::chrono::milliseconds(8500);
  stale.stale = true;
  securities.later[apple.isin] = stale;
  const auto response = get(path(apple.isin));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Age"), "8");
  EXPECT_EQ(header(response, "Cache-Status"), "remora-api; hit; ttl=-3");
  EXPECT_EQ(header(response, "Warning"), "110 - \"Response is Stale\"");
}

TEST_F(reading_routes, a_security_that_has_no_score_says_null_and_its_score_is_404) {
  securities.later[sap.isin] =
      answer_of(api::make_snapshot(sap, std::nullopt, 1), api::answered_by::shared);
  EXPECT_TRUE(get(path(sap.isin)).body.ends_with("\"score\":null}"));
  const auto response = get(path(sap.isin) + "/score");
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("This security has no score."), std::string::npos);
}

TEST_F(reading_routes, an_unknown_security_is_404_and_so_is_what_is_no_isin) {
  securities.later[nobodys] = answer_of(api::make_absent_snapshot(1), api::answered_by::shared);
  for (const char* part : {"", "/score"}) {
    const auto unknown = get(path(nobodys) + part);
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.content_type, "application/problem+json");
    EXPECT_NE(unknown.body.find("There is no security with this ISIN."), std::string::npos);
    EXPECT_EQ(header(unknown, "ETag"), "");
    for (const char* no_isin : {"US0378331006", "x", "us0378331005", "US0378331005%20"})
      EXPECT_EQ(get(path(no_isin) + part).status, 404) << no_isin;
  }
}

TEST_F(reading_routes, a_security_that_can_be_had_nowhere_is_503_with_retry_after) {
  for (const char* part : {"", "/score"}) {
    const auto response = get(path(apple.isin) + part);
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(header(response, "Retry-After"), "1");
    EXPECT_NE(response.body.find("not available at the moment"), std::string::npos);
  }
}

TEST_F(reading_routes, one_security_takes_no_parameters) {
  securities.later[apple.isin] = answer_of(whole(), api::answered_by::shared);
  for (const char* part : {"", "/score"}) {
    const auto response = get(path(apple.isin) + part, "limit=1&x");
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(errors_of(response, "parameter"), (names{"limit", "x"}));
  }
}

TEST_F(reading_routes, head_is_answered_as_get_is) {
  securities.later[apple.isin] = answer_of(whole(), api::answered_by::shared);
  const auto response = ask(loop, routes, {"HEAD", path(apple.isin), "", "", {}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "ETag"), whole()->etag);
}

TEST_F(reading_routes, other_paths_are_404_and_other_methods_405_with_allow) {
  EXPECT_EQ(get("/v1/securities/").status, 404);
  EXPECT_EQ(get("/v2/securities").status, 404);
  const auto response = send("DELETE", path(apple.isin), "");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
  EXPECT_EQ(header(send("POST", path(apple.isin) + "/score", ""), "Allow"), "GET, HEAD, PUT");
}

TEST(next_page, writes_what_parse_list_parameters_reads) {
  api::security_page page;
  page.limit = 7;
  page.after = "ignored";
  page.country = "DE";
  page.sector = "Öl & Gas/100%";
  page.text = "a+b=c #?";
  const std::string next = api::next_page(page, "US0378331005");
  EXPECT_TRUE(next.starts_with("/v1/securities?limit=7&after=US0378331005&country=DE&sector="));
  EXPECT_EQ(next.find_first_of(" #\"<>"), std::string::npos) << next;

  api::query_reader query(std::string_view(next).substr(next.find('?') + 1),
                          api::list_parameter_names);
  const auto read = api::parse_list_parameters(query);
  EXPECT_TRUE(query.good()) << query.refusal().body;
  EXPECT_EQ(read.limit, 7);
  EXPECT_EQ(read.after, "US0378331005");
  EXPECT_EQ(read.country, page.country);
  EXPECT_EQ(read.sector, page.sector);
  EXPECT_EQ(read.text, page.text);
}

TEST(next_page, leaves_out_filters_that_are_not_there) {
  api::security_page page;
  page.limit = 100;
  EXPECT_EQ(api::next_page(page, "X"), "/v1/securities?limit=100&after=X");
}

}  // namespace
