#include "probe/checks/request_builder.hpp"

#include <gtest/gtest.h>

#include "probe/format/scenario_reader.hpp"
#include "tests/support/loop.hpp"

namespace {

using probe::built_request;

TEST(split_url, takes_a_url_apart) {
  built_request r;
  ASSERT_TRUE(split_url("https://example.com/a?b=c#d", r));
  EXPECT_TRUE(r.tls);
  EXPECT_EQ(r.authority.host, "example.com");
  EXPECT_EQ(r.authority.port, 443);
  EXPECT_EQ(r.request.target, "/a?b=c");
}

TEST(split_url, a_query_without_a_path_gets_one) {
  built_request r;
  ASSERT_TRUE(split_url("http://[::1]:8080?x", r));
  EXPECT_EQ(r.authority.host, "::1");
  EXPECT_EQ(r.request.target, "/?x");
}

TEST(split_url, refuses_what_is_none) {
  built_request r;
  for (const char* text : {"", "/a", "ftp://x/", "http://", "http:///a", "http://u@x/"})
    EXPECT_FALSE(split_url(text, r)) << text;
}

/// Builds the request of a scenario's only step.
class request_builder : public testing::Test {
 protected:
  request_builder() {
    core::parse_base_url("http://127.0.0.1:8080", setup_.constants.targets["base"]);
    setup_.constants.secrets["token"] = core::secret("hunter2");
    setup_.signing = core::signing_key{"k1", core::secret(std::string(32, 'x'))};
    setup_.program_version = "1.2.3";
  }
  std::optional<built_request> build(const std::string& http, const std::string& more = "") {
    core::problems found;
    list_ = probe::parse_scenarios(
        "t.yaml", "name: t\n" + more + "steps:\n  - name: a\n    http: " + http + "\n",
        setup_.constants, found);
    EXPECT_TRUE(found.empty()) << found.to_string();
    if (!found.empty()) return std::nullopt;
    const probe::run_values values(setup_.constants, loop_.worker().random);
    probe::run_connections connections;
    const auto trace = core::new_root(loop_.worker().random, true);
    const probe::check_context context{loop_.worker(), setup_,      *list_[0], list_[0]->steps[0],
                                       values,         connections, trace,     {}};
    return build_request(context, why_);
  }
  static std::string header(const built_request& r, std::string_view name) {
    for (const auto& [key, value] : r.request.headers)
      if (key == name) return value;
    return "(none)";
  }
  tests::loop loop_;
  probe::probe_setup setup_;
  probe::scenario_list list_;
  std::string why_;
};

TEST_F(request_builder, says_who_asks_in_which_trace_and_signs) {
  const auto r = build("{url: \"${target.base}/x\"}");
  ASSERT_TRUE(r);
  EXPECT_EQ(header(*r, "Host"), "127.0.0.1:8080");
  EXPECT_EQ(header(*r, "User-Agent"), "remora-probe/1.2.3");
  EXPECT_TRUE(header(*r, "traceparent").starts_with("00-"));
  core::probe_verifier sidecar({*setup_.signing});
  const auto now =
      static_cast<std::int64_t>(loop_.worker().wall.unix_nanos(core::now()) / 1'000'000'000);
  const auto signature = header(*r, "remora-probe");
  const auto verified = sidecar.verify(signature, now);
  EXPECT_EQ(verified.result, core::signature_result::verified);
  EXPECT_EQ(verified.scenario, "t");
}

TEST_F(request_builder, signs_nothing_when_the_scenario_stands_for_users) {
  const auto r = build("{url: \"${target.base}/x\"}", "sign: false\n");
  ASSERT_TRUE(r);
  EXPECT_EQ(header(*r, "remora-probe"), "(none)");
}

TEST_F(request_builder, sends_json_as_json) {
  const auto r = build("{method: POST, url: \"${target.base}/x\", json: {a: [1, \"b\"]}}");
  ASSERT_TRUE(r);
  EXPECT_EQ(r->request.body, R"({"a":[1,"b"]})");
  EXPECT_EQ(header(*r, "Content-Type"), "application/json");
}

TEST_F(request_builder, a_scenarios_own_headers_win) {
  const auto r = build(
      "{url: \"${target.base}/x\", headers: {user-agent: me, authorization: \"B "
      "${secret.token}\"}}");
  ASSERT_TRUE(r);
  EXPECT_EQ(header(*r, "user-agent"), "me");
  EXPECT_EQ(header(*r, "User-Agent"), "(none)");
  EXPECT_EQ(header(*r, "authorization"), "B hunter2");
}

TEST_F(request_builder, a_header_cannot_be_split) {
  EXPECT_FALSE(build("{url: \"${target.base}/x\", headers: {a: \"b\\r\\nc: d\"}}"));
  EXPECT_EQ(why_, "header a would contain control characters");
}

TEST_F(request_builder, says_what_is_no_url) {
  EXPECT_FALSE(build("{url: \"gopher://x/\"}"));
  EXPECT_EQ(why_, "\"gopher://x/\" is no URL");
}

}  // namespace
