#include "sidecar/proxy/fault.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/log.hpp"
#include "sidecar/config/sidecar_config.hpp"
#include "sidecar/proxy/fault_admin.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "tests/support/await.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

fault_config aborting(int status = 503) {
  fault_config out;
  out.abort = status;
  return out;
}

int fired(fault_rule& rule, int requests, std::uint64_t chance = 0) {
  int out = 0;
  for (int i = 0; i < requests; ++i) out += rule.fires(chance) ? 1 : 0;
  return out;
}

TEST(fault_rule, happens_every_time_unless_told_otherwise) {
  fault_rule rule(aborting());
  EXPECT_EQ(fired(rule, 10, ~std::uint64_t{0}), 10);
}

TEST(fault_rule, happens_to_every_nth_request) {
  auto config = aborting();
  config.every = 10;
  fault_rule rule(config);
  EXPECT_EQ(fired(rule, 9), 0);
  EXPECT_EQ(fired(rule, 1), 1);
  EXPECT_EQ(fired(rule, 90), 9);
}

TEST(fault_rule, happens_so_often_in_all) {
  auto config = aborting();
  config.count = 3;
  fault_rule rule(config);
  EXPECT_EQ(fired(rule, 10), 3);
  EXPECT_EQ(rule.left(), 0u);
}

TEST(fault_rule, a_count_of_every_nth_counts_what_happened) {
  auto config = aborting();
  config.every = 2;
  config.count = 2;
  fault_rule rule(config);
  EXPECT_EQ(fired(rule, 3), 1);
  EXPECT_EQ(rule.left(), 1u);
  EXPECT_EQ(fired(rule, 100), 1);
}

TEST(fault_rule, happens_by_chance_below_its_share) {
  auto config = aborting();
  config.percent = 25;
  fault_rule rule(config);
  const std::uint64_t quarter = std::uint64_t{1} << 62;
  EXPECT_EQ(fired(rule, 1, quarter - 1), 1);
  EXPECT_EQ(fired(rule, 1, quarter), 0);
  config.percent = 0;
  fault_rule never(config);
  EXPECT_EQ(fired(never, 1, 0), 0);
  config.percent = 100;
  fault_rule always(config);
  EXPECT_EQ(fired(always, 1, ~std::uint64_t{0}), 1);
}

class fault_layer : public ::testing::Test {
 protected:
  static listener_settings make_settings() {
    listener_settings out;
    out.name = "in";
    out.routes.push_back({"/a", 10s, {}, {}});
    out.routes.push_back({"other", 10s, {}, {}});
    return out;
  }
  exchange_record request(int route = 0) {
    exchange_record record;
    record.listener = &settings;
    record.request = &head;
    record.route = route;
    record.received = core::now();
    record.until = core::deadline::in(60s, record.received);
    return record;
  }
  std::optional<reply> hold(exchange_record& record) {
    return tests::run(loop, layer.hold(record));
  }
  std::uint64_t injected(const char* kind, const char* route = "/a") {
    return loop.worker()
        .metrics
        .counter({"remora_faults_injected_total", "", core::metric_type::counter},
                 {{"listener", "in"}, {"route", route}, {"kind", kind}})
        .value();
  }
  tests::loop loop;
  core::request_head head;
  listener_settings settings = make_settings();
  std::shared_ptr<fault_board> board = std::make_shared<fault_board>("in");
  faults layer{loop.worker(), settings, board};
};

TEST_F(fault_layer, without_faults_requests_pass) {
  auto record = request();
  EXPECT_FALSE(layer.before(record));
  EXPECT_FALSE(record.held);
}

TEST_F(fault_layer, an_abort_is_the_applications_answer) {
  board->set({aborting(418)});
  auto record = request();
  const auto answer = layer.before(record);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(answer->why, failure::none) << "no error of the sidecar's";
  EXPECT_EQ(injected("abort"), 1u);
}

TEST_F(fault_layer, a_reset_is_a_connection_that_the_application_closed) {
  fault_config reset;
  reset.reset = true;
  board->set({reset});
  auto record = request();
  const auto answer = layer.before(record);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 502);
  EXPECT_EQ(answer->why, failure::upstream_closed);
  EXPECT_EQ(injected("reset"), 1u);
}

TEST_F(fault_layer, delays_add_up_and_an_abort_follows_them) {
  fault_config delay;
  delay.delay = 5ms;
  board->set({delay, delay, aborting(500), aborting(501)});
  auto record = request();
  EXPECT_FALSE(layer.before(record));
  EXPECT_TRUE(record.held);
  const auto answer = hold(record);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_GE(record.fault.delayed, 10ms);
  EXPECT_EQ(injected("delay"), 2u);
  EXPECT_EQ(injected("abort"), 1u);
}

TEST_F(fault_layer, a_delay_does_not_outlast_the_deadline) {
  fault_config delay;
  delay.delay = 1h;
  board->set({delay});
  auto record = request();
  record.until = core::deadline::in(10ms, core::now());
  EXPECT_FALSE(layer.before(record));
  const auto answer = hold(record);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 504);
  EXPECT_EQ(answer->why, failure::upstream_timeout);
}

TEST_F(fault_layer, what_still_waits_for_a_place_is_decided_about_afterwards) {
  board->set({aborting()});
  auto record = request();
  record.held = true;
  EXPECT_FALSE(layer.before(record));
  EXPECT_EQ(injected("abort"), 0u);
  EXPECT_TRUE(hold(record));
  EXPECT_EQ(injected("abort"), 1u);
}

TEST_F(fault_layer, a_route_has_its_own_and_others_none) {
  auto fault = aborting();
  fault.route = "other";
  board->set({fault});
  auto record = request(0), other = request(1);
  EXPECT_FALSE(layer.before(record));
  EXPECT_TRUE(layer.before(other));
}

TEST_F(fault_layer, probes_only_spares_users) {
  auto fault = aborting();
  fault.probes_only = true;
  board->set({fault});
  auto user = request(), probe = request();
  probe.synthetic = true;
  EXPECT_FALSE(layer.before(user));
  EXPECT_TRUE(layer.before(probe));
}

TEST_F(fault_layer, a_header_works_for_verified_probes_alone) {
  auto fault = aborting();
  fault.header = fault_header_config{"x-drill", "yes"};
  board->set({fault});
  head.fields.add({"X-Drill", "yes"});
  auto user = request(), probe = request();
  probe.synthetic = true;
  EXPECT_FALSE(layer.before(user)) << "a stranger must not be able to ask for faults";
  EXPECT_TRUE(layer.before(probe));
  head.fields.clear();
  head.fields.add({"X-Drill", "no"});
  auto another = request();
  another.synthetic = true;
  EXPECT_FALSE(layer.before(another));
}

TEST_F(fault_layer, without_a_board_nothing_is_injected) {
  faults none(loop.worker(), settings, nullptr);
  auto record = request();
  EXPECT_FALSE(none.before(record));
}

class fault_page : public fault_layer {
 protected:
  core::server_response post(std::string_view body) {
    const auto known = [&](const std::string& listener, const std::string& route) {
      return listener == "in" && (route == "/a" || route == "other");
    };
    return change_faults(boards, body, known, loop.worker().log);
  }
  fault_boards boards{board};
};

TEST_F(fault_page, what_is_posted_is_in_force_and_shown) {
  const auto answer = post("listener: in\nfaults:\n- {route: /a, abort: 500, every: 2}\n");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(board->current()->size(), 1u);
  EXPECT_EQ(show_faults(boards), answer.body);
  EXPECT_NE(answer.body.find("abort: 500"), std::string::npos) << answer.body;
  EXPECT_EQ(post(answer.body).body, answer.body) << "what is shown can be posted";
}

TEST_F(fault_page, an_empty_body_clears_them) {
  post("faults: [{abort: 500}]");
  EXPECT_EQ(board->current()->size(), 1u);
  EXPECT_EQ(post(" \n").status, 200);
  EXPECT_EQ(board->current()->size(), 0u);
}

struct bad_faults {
  const char* name;
  const char* body;
  const char* problem;
};
class bad_fault_page : public fault_page, public ::testing::WithParamInterface<bad_faults> {};

TEST_P(bad_fault_page, is_answered_with_its_place_and_changes_nothing) {
  post("faults: [{abort: 500}]");
  const auto answer = post(GetParam().body);
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find(GetParam().problem), std::string::npos) << answer.body;
  EXPECT_EQ(board->current()->size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    sidecar, bad_fault_page,
    ::testing::Values(
        bad_faults{"no_faults", "listener: in\n", "faults"},
        bad_faults{"unknown_listener", "listener: x\nfaults: []\n", "faults:1:11: there is no"},
        bad_faults{"unknown_route", "faults:\n- {route: /b, abort: 500}\n",
                   "faults:2:11: there is no route"},
        bad_faults{"two_kinds", "faults:\n- {abort: 500, delay: 1s}\n", "does 2 things"},
        bad_faults{"no_status", "faults: [{abort: 700}]", "faults:1:18"},
        bad_faults{"no_yaml", "faults: [", "faults:1"}),
    [](const auto& row) { return row.param.name; });

TEST_F(fault_page, a_process_without_the_flag_refuses_all_of_them) {
  boards.clear();
  const auto answer = post("faults: [{abort: 500}]");
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(answer.body.find("--allow-faults"), std::string::npos);
}

TEST_F(fault_page, the_gauge_counts_faults_that_may_still_happen) {
  auto once = aborting();
  once.count = 1;
  board->set({once, aborting()});
  core::exposition all;
  all.add(active_faults(boards));
  EXPECT_NE(
      all.render(core::exposition_format::text).find("remora_faults_active{listener=\"in\"} 2"),
      std::string::npos);
  auto record = request();
  layer.before(record);
  EXPECT_NE(
      all.render(core::exposition_format::text).find("remora_faults_active{listener=\"in\"} 1"),
      std::string::npos);
}

TEST(load_sidecar_config, faults_need_the_flag_and_the_problem_names_it) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("remora-faults-" + std::to_string(::getpid()) + ".yaml");
  std::ofstream(path) << "service: s\noutbound:\n- name: out\n  listen: 127.0.0.1:0\n"
                         "  upstream: 127.0.0.1:1\n  faults:\n  - abort: 500\n";
  core::problems refused, allowed;
  load_sidecar_config(path.string(), false, refused);
  const auto config = load_sidecar_config(path.string(), true, allowed);
  std::filesystem::remove(path);
  EXPECT_NE(refused.to_string().find(":7:3: faults in a process"), std::string::npos)
      << refused.to_string();
  EXPECT_NE(refused.to_string().find("--allow-faults"), std::string::npos);
  EXPECT_EQ(allowed.to_string(), "");
  EXPECT_TRUE(config.allow_faults);
  ASSERT_EQ(config.outbound[0].faults.size(), 1u);
}

}  // namespace
