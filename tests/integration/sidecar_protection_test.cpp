// Overload in front of a real application: who is refused, who waits, who passes, and what is told.
#include "tests/integration/drill.hpp"

namespace {

using namespace std::chrono_literals;
using tests::soon;

class protection : public tests::drill {
 protected:
  sidecar::protection_config& limits() { return config.inbound[0].protection; }
  /// One place, and a line of that length.
  sidecar::concurrency_config& one_place(std::int64_t line = 0) {
    auto& out = limits().concurrency.emplace();
    out.limit = 1;
    out.queue.length = line;
    out.queue.timeout = 20s;
    out.enforce = true;
    return out;
  }
  /// Keeps the application busy with one request.
  void occupy() {
    door.open = false;
    ask_later("/first");
    wait_until([&] { return door.waiting == 1; });
  }
  void release() {
    door.open = true;
    wait_until([&] { return door.waiting == 0 && !answers.empty(); });
  }
};

TEST_F(protection, beyond_the_limit_users_are_shed_and_probes_pass) {
  one_place();
  start();
  occupy();
  const auto refused = ask("/user");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_EQ(refused.header("remora-refused"), "concurrency");
  EXPECT_EQ(refused.header("content-type"), "application/problem+json");
  ask_later("/probe", signature());
  wait_until([&] { return door.waiting == 2; });
  release();
  wait_until([&] { return answers.size() == 2; });
  for (const auto& answer : answers) EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(seen, "/first/probe");
  EXPECT_EQ(ask("/user").status, 200);
  expect_metric(
      R"(remora_limit_refused_total{listener="in",limit="concurrency",route="other",mode="enforced"} 1)");
  expect_metric(R"(remora_limit_reserved_total{listener="in"} 1)");
  expect_metric(R"(remora_sli_requests_total{route="other",synthetic="false",result="bad"} 1)");
}

TEST_F(protection, a_client_with_too_many_connections_gets_no_other_until_one_ends) {
  auto& connections = limits().connections.emplace();
  connections.per_client = 2;
  connections.enforce = true;
  start();
  const auto dial = [&] { return tests::run(loop, connect()); };
  // Whether the sidecar serves a connection: one that it closed gives no answer.
  const auto answers = [&](core::dialled& on) {
    bool served = false;
    const auto body = [&]() -> core::task<> {
      const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
      co_await on.stream->write(request);
      char piece[4096];
      const auto got = co_await on.stream->read_some(piece);
      served = got && std::string_view(piece, *got).starts_with("HTTP/1.1 200 ");
    };
    loop.run(body());
    return served;
  };
  auto first = dial(), second = dial(), third = dial();
  EXPECT_TRUE(answers(first));
  EXPECT_TRUE(answers(second));
  EXPECT_FALSE(answers(third));
  expect_metric(
      R"(remora_limit_refused_total{listener="in",limit="connections",mode="enforced"} 1)");
  first.stream->close();
  bool served = false;
  for (const auto until = soon(); !served && !until.passed(core::now());) {
    auto next = dial();
    served = next.stream && answers(next);
  }
  EXPECT_TRUE(served);
}

TEST_F(protection, probes_beyond_the_reserve_are_shed_too_and_told_by_whom) {
  limits().reserve = 0;
  one_place();
  start();
  occupy();
  const auto refused = ask("/probe", signature());
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("proxy-status"),
            "remora-unknown_service; error=proxy_internal_response");
  release();
}

TEST_F(protection, observing_refuses_nobody_and_counts) {
  one_place().enforce = false;
  start();
  occupy();
  ask_later("/second");
  wait_until([&] { return door.waiting == 2; });
  release();
  wait_until([&] { return answers.size() == 2; });
  for (const auto& answer : answers) EXPECT_EQ(answer.status, 200);
  expect_metric(
      R"(remora_limit_refused_total{listener="in",limit="concurrency",route="other",mode="observed"} 1)");
  expect_metric(R"(remora_sli_requests_total{route="other",synthetic="false",result="bad"} 0)");
}

TEST_F(protection, the_line_is_served_in_its_order) {
  one_place(10);
  start();
  occupy();
  for (int i = 1; i <= 4; ++i) {
    ask_later("/" + std::to_string(i));
    const auto line =
        R"(remora_limit_queue_length{listener="in",route="all"} )" + std::to_string(i);
    await_metric(line);
  }
  EXPECT_EQ(seen, "/first");
  door.open = true;
  wait_until([&] { return answers.size() == 5; });
  EXPECT_EQ(seen, "/first/1/2/3/4");
  for (const auto& answer : answers) EXPECT_EQ(answer.status, 200);
  expect_metric(R"(remora_limit_queue_length{listener="in",route="all"} 0)");
  expect_metric(R"(remora_limit_queue_seconds_count{listener="in",route="all"} 4)");
  expect_metric(R"(remora_limit_queued_total{listener="in",route="all",mode="enforced"} 4)");
}

TEST_F(protection, who_waits_too_long_is_told_so_and_never_forwarded) {
  one_place(10).queue.timeout = 30ms;
  start();
  occupy();
  const auto refused = ask("/late");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("remora-refused"), "queue_timeout");
  release();
  EXPECT_EQ(ask("/after").status, 200);
  EXPECT_EQ(seen, "/first/after");
  expect_metric(
      R"(remora_limit_refused_total{listener="in",limit="queue_timeout",route="other",mode="enforced"} 1)");
}

TEST_F(protection, a_route_waits_for_its_own_places_only) {
  sidecar::route_config slow;
  slow.route = "/slow";
  slow.concurrency = sidecar::concurrency_config{1, {5, 20s}, true};
  config.inbound[0].routes = {slow};
  start();
  door.open = false;
  ask_later("/slow");
  wait_until([&] { return door.waiting == 1; });
  ask_later("/slow");
  await_metric(R"(remora_limit_queue_length{listener="in",route="/slow"} 1)");
  ask_later("/other");
  wait_until([&] { return seen == "/slow/other"; });
  door.open = true;
  wait_until([&] { return answers.size() == 3; });
  for (const auto& answer : answers) EXPECT_EQ(answer.status, 200);
}

TEST_F(protection, a_client_beyond_its_rate_is_told_when_to_come_back) {
  auto& rate = limits().rates.emplace_back();
  rate.rate = 0.01;
  rate.burst = 2;
  rate.enforce = true;
  start();
  EXPECT_EQ(ask("/1").status, 200);
  EXPECT_EQ(ask("/2").status, 200);
  const auto refused = ask("/3");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("remora-refused"), "rate");
  const int wait = std::stoi(std::string(refused.header("retry-after").value_or("0")));
  EXPECT_GT(wait, 0);
  EXPECT_LE(wait, 100);
  EXPECT_EQ(ask("/probe", signature()).status, 200);
  expect_metric(R"(remora_sli_requests_total{route="other",synthetic="false",result="good"} 3)");
  expect_metric(R"(remora_sli_requests_total{route="other",synthetic="false",result="bad"} 0)");
}

TEST_F(protection, a_loop_that_runs_late_sheds_until_it_does_not) {
  auto& overload = limits().overload.emplace();
  overload.target = 50ms;
  overload.interval = 20ms;
  overload.enforce = true;
  start();
  // The test shares the proxy's worker: while it spins, the loop is late.
  auto spin = [](tests::drill& t) -> core::task<> {
    const auto until = soon();
    const std::string never = R"(limit="overloaded",route="other",mode="enforced"} 0)";
    while (t.metrics().find(never) != std::string::npos && !until.passed(core::now())) {
      for (const auto end = core::now() + 100ms; core::now() < end;) {
      }
      co_await core::sleep_for(t.loop.worker(), 1us);
      t.ask_later("/");
    }
  };
  loop.run(spin(*this));
  bool shed = false;
  wait_until([&] {
    for (const auto& answer : answers)
      shed = shed || (answer.status == 503 && answer.header("remora-refused") == "overloaded");
    return shed;
  });
  // While a tenth is shed, twenty in a row never pass.
  int in_a_row = 0;
  for (const auto until = soon(); in_a_row < 20 && !until.passed(core::now());)
    in_a_row = ask("/").status == 200 ? in_a_row + 1 : 0;
  EXPECT_EQ(in_a_row, 20);
}

TEST_F(protection, limits_survive_a_reload_with_their_counts) {
  one_place();
  start();
  occupy();
  auto changed = config;
  changed.inbound[0].timeout = 19s;
  proxy->reload(changed);
  EXPECT_EQ(ask("/user").status, 503);
  release();
  EXPECT_EQ(ask("/user").status, 200);
}

class deadlines : public tests::drill {
 protected:
  static long milliseconds(const core::http_answer& answer) {
    EXPECT_TRUE(answer.body.starts_with("time:")) << answer.body;
    return std::stol("0" + answer.body.substr(5));
  }
  std::unique_ptr<sidecar::proxy> caller;  // outlives the last run of the loop
};

TEST_F(deadlines, a_strangers_is_dropped_and_the_application_told_the_routes) {
  start();
  const long left = milliseconds(ask("/", {{"remora-timeout-ms", "5"}}));
  EXPECT_GT(left, 5);
  EXPECT_LE(left, 20'000);
}

TEST_F(deadlines, pass_through_two_sidecars_and_only_get_shorter) {
  config.inbound[0].trust = sidecar::trust_level::peers;
  start();
  sidecar::sidecar_config caller_config;
  caller_config.outbound.push_back(outbound("out", at()));
  caller_config.outbound[0].timeout = 15s;
  caller = started(caller_config);
  const auto call = [&](core::header_list headers) {
    return milliseconds(ask({"GET", "/", std::move(headers), ""}, at(*caller, "out")));
  };
  EXPECT_LE(call({}), 15'000) << "the caller's route is shorter than the callee's";
  EXPECT_GT(call({}), 5'000);
  EXPECT_LE(call({{"remora-timeout-ms", "5000"}}), 5'000);
  EXPECT_LE(call({{"remora-timeout-ms", "600000"}}), 15'000);
  expect_metric(R"(remora_deadlines_total{listener="in",result="shortened"} 4)");
}

TEST_F(deadlines, a_peers_deadline_ends_a_request_that_the_route_would_not) {
  config.inbound[0].trust = sidecar::trust_level::peers;
  start();
  door.open = false;
  const auto answer = ask("/", {{"remora-timeout-ms", "50"}});
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(ask("/never", {{"remora-timeout-ms", "0"}}).status, 504);
  EXPECT_EQ(seen, "/");
  door.open = true;
}

}  // namespace
