// The check `stream`: a message on its way through a server in process, and through a real Redis.
#include "core/http_server.hpp"
#include "probe/engine/stream_metrics.hpp"
#include "tests/integration/private_servers.hpp"
#include "tests/integration/probe_services_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using core::server_request;
using core::server_response;
using probe::message_fate;

class probe_stream : public tests::with_runs {
 protected:
  probe_stream()
      : server_(worker(), core::immediate([this](const server_request& q) { return answer(q); })) {
    constants_.targets["base"] =
        core::base_url{false, {"127.0.0.1", *server_.listen({"127.0.0.1", 0})}, ""};
  }

  server_response answer(const server_request& q) {
    server_response out;
    out.status = accepted_;
    if (q.method == "POST") {
      submitted_ = core::now();
      body_ = q.body;
      out.body = R"({"id":"m7"})";
      return out;
    }
    ++read_;
    asked_ = q.path;
    const bool there = core::now() >= submitted_ + delay_;
    out.status = there ? 200 : meanwhile_;
    out.body = there ? R"({"state":"stored","copies":)" + copies_ + "}" : "{}";
    return out;
  }

  static std::string stream(const std::string& more = "at_most: 20s") {
    return "    stream:\n"
           "      submit:\n"
           "        http: {method: POST, url: \"${target.base}/in\", json: {n: \"${uuid}\"}}\n"
           "        expect: {status: 202}\n"
           "        extract: {id: {json: /id}}\n"
           "      read: {http: {url: \"${target.base}/out/${id}\"}}\n"
           "      until: {status: 200, json: [{pointer: /state, equals: stored}]}\n"
           "      while: 404\n"
           "      every: 5ms\n"
           "      copies: /copies\n      " +
           more + "\n";
  }
  static const probe::stream_outcome& outcome(const probe::run_result& r) {
    static const probe::stream_outcome none;
    return r.steps.at(0).stream ? *r.steps[0].stream : none;
  }

  core::http_server server_;
  int accepted_ = 202, meanwhile_ = 404, read_ = 0;
  core::duration delay_ = 60ms;
  core::instant submitted_{};
  std::string copies_ = "1", body_, asked_;
};

TEST_F(probe_stream, follows_a_message_until_it_can_be_read) {
  const auto r = run_step(stream() + "    extract: {state: {json: /state}}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  EXPECT_EQ(asked_, "/out/m7");
  const auto& message = outcome(r);
  EXPECT_EQ(message.fate, message_fate::fresh);
  EXPECT_EQ(message.readings, read_);
  EXPECT_GE(read_, 2);
  ASSERT_TRUE(message.freshness);
  // The truth lies between what was measured and what could not be seen.
  const auto truth = submitted_ + delay_ - r.intended;
  EXPECT_GE(*message.freshness, truth);
  EXPECT_LE(*message.freshness - message.uncertain, truth);
}

TEST_F(probe_stream, freshness_counts_from_the_intended_submission) {
  core::problems found;
  auto list = probe::parse_scenarios("t.yaml", "name: t\nsteps:\n  - name: s\n" + stream(),
                                     constants_, found);
  ASSERT_TRUE(found.empty()) << found.to_string();
  auto setup = std::make_shared<probe::probe_setup>();
  setup->constants = constants_;
  probe::run_order order{list[0], setup, core::now() - 3s, false};
  const auto r = tests::run(loop_, probe::run_once(worker(), std::move(order)));
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  EXPECT_GE(*outcome(r).freshness, 3s + delay_);
}

TEST_F(probe_stream, a_message_that_never_comes_is_lost) {
  delay_ = 1h;
  const auto r = run_step(stream("at_most: 100ms"));
  EXPECT_EQ(verdict_of(r), "unknown condition");
  EXPECT_EQ(outcome(r).fate, message_fate::lost);
  EXPECT_FALSE(outcome(r).freshness);
  EXPECT_EQ(detail_of(r).rfind("not readable within 100ms, in ", 0), 0u) << detail_of(r);
}

TEST_F(probe_stream, a_message_that_comes_too_late_is_late) {
  const auto r = run_step(stream("late_after: 20ms"));
  EXPECT_EQ(verdict_of(r), "unknown condition");
  EXPECT_EQ(outcome(r).fate, message_fate::late);
  EXPECT_GE(*outcome(r).freshness, delay_);
}

TEST_F(probe_stream, a_message_that_is_there_twice_is_told) {
  for (const char* copies : {"2", "[1, 2]"}) {
    copies_ = copies;
    const auto r = run_step(stream());
    EXPECT_EQ(verdict_of(r), "unknown duplicated");
    EXPECT_EQ(outcome(r).fate, message_fate::duplicated);
    EXPECT_EQ(detail_of(r), "the message can be read 2 times");
  }
}

TEST_F(probe_stream, what_was_not_accepted_has_no_way) {
  accepted_ = 503;
  auto r = run_step(stream());
  EXPECT_EQ(verdict_of(r), "unknown status");
  EXPECT_EQ(detail_of(r), "submission: status is 503, expected 202");
  EXPECT_FALSE(r.steps.at(0).stream);
  EXPECT_EQ(read_, 0);
}

TEST_F(probe_stream, a_reading_that_fails_leaves_its_fate_unknown) {
  meanwhile_ = 500;
  const auto r = run_step(stream());
  EXPECT_EQ(verdict_of(r), "unknown status");
  EXPECT_EQ(outcome(r).fate, message_fate::unknown);
  EXPECT_EQ(detail_of(r), "reading: status is 500, expected 200");
}

TEST_F(probe_stream, follows_an_entry_of_a_redis_stream) {
  if (const auto why = tests::private_redis::unavailable(); !why.empty()) GTEST_SKIP() << why;
  const tests::private_redis redis;
  constants_.secrets["redis"] = core::secret(tests::private_redis::password());
  const auto command = [&](const char* words) {
    return "{redis: {address: \"127.0.0.1:" + std::to_string(redis.port()) +
           "\", password: \"${secret.redis}\", command: " + words + "}";
  };
  const auto r = run_step(
      "    stream:\n      submit: " + command("[XADD, s, \"*\", n, \"${uuid}\"]") +
      ", extract: {id: {json: \"\"}}}\n      read: " +
      command("[XRANGE, s, \"${id}\", \"${id}\"]") +
      "}\n      until: {redis: {at_least: 1}, json: [{pointer: /0/0, equals: \"${id}\"}]}\n"
      "      copies: \"\"\n      every: 5ms\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  EXPECT_EQ(outcome(r).fate, message_fate::fresh);
}

TEST_F(probe_stream, shows_as_metrics_that_are_there_from_the_start) {
  core::problems found;
  const auto list = probe::parse_scenarios("t.yaml", "name: t\nsteps:\n  - name: s\n" + stream(),
                                           constants_, found);
  probe::stream_metrics metrics;
  metrics.follow(list);
  const auto shown = [&] {
    core::exposition_writer out(core::exposition_format::text);
    metrics.write(out);
    return std::move(out).finish();
  };
  EXPECT_NE(shown().find("remora_probe_freshness_seconds_count{scenario=\"t\",step=\"s\"} 0"),
            std::string::npos)
      << shown();
  auto r = run_step(stream());
  metrics.note(r);
  copies_ = "3";
  metrics.note(run_step(stream()));
  const auto text = shown();
  for (const char* line :
       {"remora_probe_freshness_seconds_count{scenario=\"t\",step=\"s\"} 2",
        "remora_probe_stream_messages_total{scenario=\"t\",step=\"s\",result=\"fresh\"} 1",
        "remora_probe_stream_messages_total{scenario=\"t\",step=\"s\",result=\"duplicated\"} 1",
        "remora_probe_stream_messages_total{scenario=\"t\",step=\"s\",result=\"lost\"} 0"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  metrics.follow(list);  // a reload keeps them
  EXPECT_EQ(shown(), text);
  metrics.follow({});
  EXPECT_EQ(shown().find("scenario="), std::string::npos);
}

}  // namespace
