#include "sidecar/proxy/identity.hpp"

#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/peer_allow_list.hpp"

namespace {

using namespace sidecar;

TEST(peer_allow_list, a_name_fits_itself_a_prefix_or_everything) {
  EXPECT_TRUE(peer_fits("spiffe://prod/ns/web", "spiffe://prod/ns/web"));
  EXPECT_TRUE(peer_fits("spiffe://prod/ns/*", "spiffe://prod/ns/web"));
  EXPECT_TRUE(peer_fits("spiffe://prod/*", "spiffe://prod/ns/web"));
  EXPECT_TRUE(peer_fits("*", "securities"));
  EXPECT_TRUE(peer_fits("Securities.Example", "securities.example"));
}

TEST(peer_allow_list, nothing_that_only_looks_alike_fits) {
  EXPECT_FALSE(peer_fits("spiffe://prod/ns/web", "spiffe://prod/ns/web2"));
  EXPECT_FALSE(peer_fits("spiffe://prod/ns/web", "spiffe://prod/ns/we"));
  EXPECT_FALSE(peer_fits("spiffe://prod/ns/web", "spiffe://prod/ns/WEB"));
  EXPECT_FALSE(peer_fits("spiffe://prod/*", "spiffe://prod.example/web"));
  EXPECT_FALSE(peer_fits("spiffe://prod/*", "spiffe://prod"));
  EXPECT_FALSE(peer_fits("securities", "securities.example"));
  EXPECT_FALSE(peer_fits("spiffe://prod/*", "prod"));
}

TEST(peer_allow_list, patterns_that_mean_more_than_they_say_are_refused) {
  for (const char* good : {"*", "spiffe://prod/*", "spiffe://prod/ns/web", "scores", "a.b.c"})
    EXPECT_EQ(check_peer_pattern(good), "") << good;
  for (const char* bad : {"", "spiffe://prod*", "scores*", "*.example", "spiffe://*/web", "a b",
                          "spiffe://prod/**", "sc\xc3\xb6res", "/*"})
    EXPECT_NE(check_peer_pattern(bad), "") << bad;
}

TEST(peer_names, are_read_line_by_line) {
  const core::peer_names names("spiffe://a/b\nc\nd");
  EXPECT_EQ(names.first(), "spiffe://a/b");
  std::vector<std::string> seen;
  EXPECT_FALSE(names.any_of([&](std::string_view name) {
    seen.emplace_back(name);
    return false;
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"spiffe://a/b", "c", "d"}));
  EXPECT_TRUE(names.any_of([](std::string_view name) { return name == "d"; }));
  EXPECT_TRUE(core::peer_names().empty());
  EXPECT_EQ(core::peer_names().first(), "");
  EXPECT_FALSE(core::peer_names().any_of([](std::string_view) { return true; }));
}

class identity_layer : public ::testing::Test {
 protected:
  identity_layer() {
    settings.name = "in";
    settings.routes.push_back({"/open", {}, {}, {}, {}});
    settings.routes.push_back(
        {"/web", {}, {}, {}, core::duration::max(), peer_allow_list({"spiffe://prod/web"})});
  }
  std::optional<reply> ask(int route, std::string_view lines) {
    exchange_record record;
    record.listener = &settings;
    record.route = route;
    record.peer_names = core::peer_names(lines);
    record.peer = record.peer_names.first();
    return identity(metrics, settings).before(record);
  }
  bool exposes(const std::string& line) {
    core::exposition_writer out(core::exposition_format::text);
    core::shard_source({&metrics}).write(out);
    const auto text = std::move(out).finish();
    return text.find(line + "\n") != std::string::npos;
  }
  core::metrics_shard metrics;
  listener_settings settings;
};

TEST_F(identity_layer, without_lists_everybody_is_admitted) {
  settings.enforce_allow = true;
  EXPECT_FALSE(ask(0, ""));
  EXPECT_TRUE(exposes(R"(remora_identity_refused_total{listener="in",mode="enforce"} 0)"));
}

TEST_F(identity_layer, a_list_only_counts_until_it_is_enforced) {
  EXPECT_FALSE(ask(1, "spiffe://prod/other"));
  EXPECT_FALSE(ask(1, ""));
  EXPECT_FALSE(ask(1, "spiffe://prod/web"));
  EXPECT_TRUE(exposes(R"(remora_identity_refused_total{listener="in",mode="observe"} 2)"));
}

TEST_F(identity_layer, an_enforced_list_refuses_with_a_reason) {
  settings.enforce_allow = true;
  EXPECT_FALSE(ask(1, "spiffe://prod/web"));
  const auto other = ask(1, "spiffe://prod/other");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->status, 403);
  EXPECT_EQ(other->why, failure::denied);
  EXPECT_NE(other->detail.find("not this route"), std::string_view::npos);
  const auto nobody = ask(1, "");
  ASSERT_TRUE(nobody);
  EXPECT_NE(nobody->detail.find("no certificate"), std::string_view::npos);
  EXPECT_TRUE(exposes(R"(remora_identity_refused_total{listener="in",mode="enforce"} 2)"));
}

TEST_F(identity_layer, any_of_a_peers_names_will_do) {
  settings.enforce_allow = true;
  EXPECT_FALSE(ask(1, "spiffe://other/id\nspiffe://prod/web\nweb"));
}

TEST_F(identity_layer, a_route_narrows_its_listener) {
  settings.enforce_allow = true;
  settings.allow = peer_allow_list({"spiffe://prod/*"});
  EXPECT_FALSE(ask(0, "spiffe://prod/other"));
  EXPECT_TRUE(ask(0, "spiffe://test/web"));
  settings.allow = peer_allow_list({"spiffe://test/*"});
  EXPECT_TRUE(ask(1, "spiffe://prod/web"));  // on the route's list only
}

}  // namespace
