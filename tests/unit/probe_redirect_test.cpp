#include "probe/checks/redirect.hpp"

#include <gtest/gtest.h>

namespace {

using probe::built_request;

built_request from(const std::string& url, const std::string& method = "GET") {
  built_request out;
  EXPECT_TRUE(split_url(url, out));
  out.request.method = method;
  out.request.headers = {{"Host", host_of(out)}};
  return out;
}

/// The URL that a Location leads to, `no: why` when there is none.
std::string led(const std::string& base, std::string_view location) {
  std::string why;
  const auto next = follow_redirect(from(base), {302, location}, why);
  return next ? next->url : "no: " + why;
}

TEST(redirect, location_is_resolved_against_the_request) {
  EXPECT_EQ(led("http://a/b/c?d", "/x"), "http://a/x");
  EXPECT_EQ(led("http://a/b/c?d", "x"), "http://a/b/x");
  EXPECT_EQ(led("http://a/b/c?d", "../x?y#z"), "http://a/x?y");
  EXPECT_EQ(led("http://a/b/c?d", "?e"), "http://a/b/c?e");
  EXPECT_EQ(led("https://a:8443/b", "//other/x"), "https://other/x");
  EXPECT_EQ(led("http://a/", "HTTPS://A/x"), "https://A/x");
  EXPECT_EQ(led("http://a/", "http://[::1]:80/x"), "http://[::1]:80/x");
}

TEST(redirect, what_may_not_stand_in_a_url_is_encoded) {
  EXPECT_EQ(led("http://a/", "/a b/\xc3\xa9"), "http://a/a%20b/%C3%A9");
  EXPECT_EQ(led("http://a/", "/x\r\nSet-Cookie: y"), "http://a/x%0D%0ASet-Cookie:%20y");
}

TEST(redirect, only_http_is_followed) {
  for (const char* to : {"ftp://a/", "javascript:alert(1)", "http://user:pass@a/", "http://",
                         "http://a:99999/", "mailto:a@b"})
    EXPECT_EQ(led("http://a/", to).substr(0, 3), "no:") << to;
  EXPECT_EQ(led("http://a/", "/" + std::string(9000, 'x')).substr(0, 3), "no:");
}

struct method_case {
  const char* name;
  int status;
  const char* before;
  const char* after;
};
class redirected_method : public testing::TestWithParam<method_case> {};
TEST_P(redirected_method, is_what_the_status_says) {
  const auto& c = GetParam();
  auto request = from("http://a/", c.before);
  request.request.body = "body";
  request.request.headers.emplace_back("Content-Type", "text/plain");
  std::string why;
  const auto next = follow_redirect(request, {c.status, "/x"}, why);
  ASSERT_TRUE(next) << why;
  EXPECT_EQ(next->request.method, c.after);
  const bool kept = std::string(c.before) == c.after;
  EXPECT_EQ(next->request.body, kept ? "body" : "");
  EXPECT_EQ(next->request.headers.size(), kept ? 2u : 1u);
}
INSTANTIATE_TEST_SUITE_P(redirect, redirected_method,
                         testing::Values(method_case{"post_301", 301, "POST", "GET"},
                                         method_case{"post_302", 302, "POST", "GET"},
                                         method_case{"post_303", 303, "POST", "GET"},
                                         method_case{"post_307", 307, "POST", "POST"},
                                         method_case{"post_308", 308, "POST", "POST"},
                                         method_case{"put_302", 302, "PUT", "PUT"},
                                         method_case{"put_303", 303, "PUT", "GET"},
                                         method_case{"head_303", 303, "HEAD", "HEAD"},
                                         method_case{"delete_301", 301, "DELETE", "DELETE"}),
                         [](const auto& info) { return std::string(info.param.name); });

/// What becomes of a POST with a body: `URL body`, or why it is not followed.
std::string body_after(int status, const std::string& location,
                       probe::redirected_body may = probe::redirected_body::same_origin) {
  auto request = from("https://shop.test/orders", "POST");
  request.request.body = "card=4242";
  std::string why;
  const auto next = follow_redirect(request, {status, location, may}, why);
  return next ? next->url + " " + next->request.body : why;
}

TEST(redirect, a_body_stays_at_its_origin_unless_it_may_go_anywhere) {
  const std::string refused =
      "redirected with its body to another origin, \"https://other.test/\" (redirect_body: "
      "anywhere "
      "allows it)";
  for (const int status : {307, 308}) {
    EXPECT_EQ(body_after(status, "/new"), "https://shop.test/new card=4242");
    EXPECT_EQ(body_after(status, "https://other.test/"), refused);
    EXPECT_EQ(body_after(status, "http://shop.test/orders").substr(0, 38),
              "redirected with its body to another or")
        << "in clear text";
    EXPECT_EQ(body_after(status, "https://other.test/", probe::redirected_body::anywhere),
              "https://other.test/ card=4242");
  }
  EXPECT_EQ(body_after(302, "https://other.test/"), "https://other.test/ ") << "without it";
}

std::string headers_after(const std::string& base, const std::string& location) {
  auto request = from(base);
  for (const char* name : {"Authorization", "cookie", "X-Api-Key", "Accept", "accept-language",
                           "User-Agent", "traceparent", "remora-probe", "Content-Type"})
    request.request.headers.emplace_back(name, "v");
  std::string why, out;
  const auto next = follow_redirect(request, {302, location}, why);
  if (!next) return why;
  for (const auto& [name, value] : next->request.headers) out += name + " ";
  return out;
}

TEST(redirect, elsewhere_only_headers_go_that_give_nothing_away) {
  const std::string all =
      "Host Authorization cookie X-Api-Key Accept accept-language User-Agent traceparent "
      "remora-probe Content-Type ";
  const std::string harmless = "Host Accept accept-language User-Agent traceparent Content-Type ";
  EXPECT_EQ(headers_after("http://a/", "/x"), all);
  EXPECT_EQ(headers_after("http://a/", "http://A:80/x"), all);
  EXPECT_EQ(headers_after("http://a/", "https://a/x"), all);  // the upgrade
  EXPECT_EQ(headers_after("https://a/", "http://a/x"), harmless);
  EXPECT_EQ(headers_after("http://a/", "http://a:8080/x"), harmless);
  EXPECT_EQ(headers_after("http://a/", "http://b.a/x"), harmless);
  EXPECT_EQ(headers_after("http://a:8080/", "https://a:8443/x"), harmless);
}

}  // namespace
