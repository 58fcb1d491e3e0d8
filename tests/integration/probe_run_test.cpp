// The runner against servers in this process, with every fault that can be had there.
#include "probe/engine/runner.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "core/http_server.hpp"
#include "core/tls_context.hpp"
#include "probe/format/scenario_reader.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/scripted_server.hpp"

namespace {

using namespace std::chrono_literals;
using core::server_request;
using core::server_response;
using probe::step_outcome;

using answer_function = std::function<server_response(const server_request&)>;

server_response json(int status, std::string body, core::header_list headers = {}) {
  server_response out;
  out.status = status;
  out.headers = std::move(headers);
  out.body = std::move(body);
  return out;
}

class probe_run : public testing::Test {
 protected:
  probe_run() : signing_(core::signing_key{"k1", core::secret(std::string(32, 'x'))}) {}

  core::worker& worker() { return loop_.worker(); }

  /// Starts a server that answers by `answer`, and makes it the target `base`.
  void serve(answer_function answer) {
    server_ = std::make_unique<core::http_server>(worker(), core::immediate(std::move(answer)));
    const auto port = server_->listen({"127.0.0.1", 0});
    ASSERT_TRUE(port);
    target({"127.0.0.1", *port});
  }
  /// The same for a server that plays a script.
  void serve(std::vector<tests::scripted_server::act> script) {
    scripted_ = std::make_unique<tests::scripted_server>(worker(), std::move(script));
    target(scripted_->where());
  }
  void target(core::address where, bool tls = false) {
    constants_.targets["base"] = core::base_url{tls, std::move(where), ""};
  }

  /// Runs the scenario once; `steps` is the YAML below `steps:`.
  probe::run_result run(const std::string& steps, const std::string& more = "",
                        bool known_to_sidecar = false) {
    core::problems found;
    auto list = probe::parse_scenarios(
        "t.yaml", "name: t\nstep_timeout: 400ms\n" + more + "steps:\n" + steps, constants_, found);
    EXPECT_TRUE(found.empty()) << found.to_string();
    if (!found.empty()) return {};
    auto setup = std::make_shared<probe::probe_setup>();
    setup->constants = constants_;
    setup->signing = signing_;
    setup->program_version = "test";
    probe::run_result result;
    probe::run_order order{list[0], setup, core::now(), known_to_sidecar ? ~0ull : 0};
    loop_.run(keep(worker(), std::move(order), result));
    return result;
  }

  /// `step: where why` of a failed run, `passed` else.
  static std::string verdict_of(const probe::run_result& r) {
    const auto* failed = r.failure();
    if (!failed) return "passed";
    return r.scenario->at(failed->index).name + ": " + to_label(failed->failure->where) + " " +
           to_label(failed->failure->why);
  }

  static core::task<> keep(core::worker& w, probe::run_order order, probe::run_result& into) {
    into = co_await probe::run_once(w, std::move(order));
  }

  static core::task<server_response> answer_after(core::worker& w, core::duration d) {
    co_await core::sleep_for(w, d);
    co_return json(200, "{}", {{"Server-Timing", "proxy;dur=0.1, app;dur=60"}});
  }

  tests::loop loop_;
  probe::bindings constants_;
  std::optional<core::signing_key> signing_;
  std::unique_ptr<core::http_server> server_;
  std::unique_ptr<tests::scripted_server> scripted_;
};

constexpr const char* one_step = R"(
  - name: get
    http: {url: "${target.base}/x"}
    expect: {status: 200, json: [{pointer: /ok, equals: true}]}
)";
const core::header_list through_sidecar{{"Server-Timing", "proxy;dur=0.2, app;dur=1"}};

TEST_F(probe_run, walks_a_path_with_values_from_its_answers) {
  int polled = 0;
  std::string posted;
  serve([&](const server_request& q) {
    if (q.path == "/list") return json(200, R"({"items":[{"id":"a b"}]})", through_sidecar);
    if (q.path == "/items/a%20b") return json(200, R"({"id":"a b"})", through_sidecar);
    if (q.method == "POST") {
      posted = q.body;
      return json(202, R"({"ticket":7})", through_sidecar);
    }
    return json(++polled < 3 ? 202 : 200, R"({"ticket":7})", through_sidecar);
  });
  const auto r = run(R"(
  - name: list
    http: {url: "${target.base}/list"}
    extract: {id: {json: /items, pick: random, item: /id}}
  - name: read
    http: {url: "${target.base}/items/${id}"}
    expect: {json: [{pointer: /id, equals: "${id}"}]}
  - name: submit
    http: {method: POST, url: "${target.base}/tickets", json: {about: "${id}"}}
    expect: {status: 202}
    extract: {ticket: {json: /ticket}}
  - name: stored
    http: {url: "${target.base}/tickets/${ticket}"}
    poll: {until: {status: 200}, while: 202, every: 5ms, at_most: 5s}
)");
  EXPECT_EQ(verdict_of(r), "passed");
  ASSERT_EQ(r.steps.size(), 4u);
  EXPECT_EQ(r.steps[3].attempts, 3);
  EXPECT_EQ(posted, R"({"about":"a b"})");
  EXPECT_EQ(r.recognised, true);
}

TEST_F(probe_run, connects_once_and_times_every_phase) {
  std::set<std::uint16_t> ports;
  serve([&](const server_request& q) {
    ports.insert(q.remote.port());
    return json(200, "{}");
  });
  const auto r = run(R"(
  - {name: a, http: {url: "${target.base}/"}}
  - {name: b, http: {url: "${target.base}/"}}
)");
  EXPECT_EQ(verdict_of(r), "passed");
  EXPECT_EQ(ports.size(), 1u);
  using probe::phase;
  for (const auto p : {phase::resolve, phase::connect, phase::send, phase::wait, phase::receive})
    EXPECT_TRUE(r.steps[0].phases[p]) << to_label(p);
  EXPECT_FALSE(r.steps[0].phases[phase::tls]);
  EXPECT_FALSE(r.steps[1].phases[phase::connect]);
  EXPECT_TRUE(r.steps[1].phases[phase::wait]);
  EXPECT_EQ(r.steps[1].peer, r.steps[0].peer);
}

TEST_F(probe_run, is_signed_and_traced_by_step) {
  core::probe_verifier sidecar({*signing_});
  std::vector<core::signature_result> results;
  std::vector<core::span_context> parents;
  serve([&](const server_request& q) {
    const auto now =
        static_cast<std::int64_t>(worker().wall.unix_nanos(core::now()) / 1'000'000'000);
    results.push_back(sidecar.verify(q.header("remora-probe").value_or(""), now).result);
    parents.push_back(core::parse_traceparent(q.header("traceparent").value_or("")).value());
    return json(200, "{}");
  });
  const auto r = run(R"(
  - {name: a, http: {url: "${target.base}/"}}
  - {name: b, http: {url: "${target.base}/"}}
)");
  EXPECT_EQ(results,
            (std::vector{core::signature_result::verified, core::signature_result::verified}));
  ASSERT_EQ(parents.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(parents[i].trace, r.context.trace);
    EXPECT_EQ(parents[i].span, r.steps[i].context.span);
    EXPECT_TRUE(parents[i].sampled());
  }
  EXPECT_EQ(r.recognised, false);  // no Server-Timing came back
}

TEST_F(probe_run, a_wrong_answer_does_not_say_that_nobody_knows_us) {
  serve([](const server_request& q) {
    return q.path == "/known" ? json(200, "{}", through_sidecar) : json(502, "{}");
  });
  EXPECT_EQ(run("  - {name: a, http: {url: \"${target.base}/other\"}}\n").recognised, std::nullopt);
  const auto r = run(R"(
  - {name: a, http: {url: "${target.base}/known"}}
  - {name: b, http: {url: "${target.base}/other"}}
)");
  EXPECT_EQ(r.recognised, true);
  EXPECT_EQ(r.told_steps, 1u);
  EXPECT_EQ(verdict_of(r), "b: edge status") << "the same origin told times a step before";
}

TEST_F(probe_run, times_that_are_told_in_several_headers_are_one_list) {
  serve([](const server_request&) {
    return json(
        500, "{}",
        {{"Server-Timing", "cdn-cache;desc=MISS"}, {"Server-Timing", "proxy;dur=1, app;dur=5"}});
  });
  EXPECT_EQ(verdict_of(run(one_step)), "get: app status");
}

TEST_F(probe_run, a_passed_run_is_traced_as_its_ratio_says) {
  serve([](const server_request& q) {
    return json(
        core::parse_traceparent(q.header("traceparent").value_or(""))->sampled() ? 500 : 200, "{}");
  });
  const char* step = "  - {name: a, http: {url: \"${target.base}/\"}}\n";
  EXPECT_EQ(verdict_of(run(step, "trace_ratio: 0\n")), "passed");
  EXPECT_EQ(run(step, "trace_ratio: 1\n").steps[0].status, 500);
}

TEST_F(probe_run, what_stands_for_users_carries_neither_mark_nor_trace) {
  serve([&](const server_request& q) {
    EXPECT_FALSE(q.header("remora-probe"));
    EXPECT_FALSE(q.header("traceparent"));
    return json(200, "{}");
  });
  const auto r =
      run("  - {name: a, http: {url: \"${target.base}/\"}}\n", "sign: false\ntrace: false\n");
  EXPECT_EQ(verdict_of(r), "passed");
  EXPECT_FALSE(r.is_signed);
  EXPECT_FALSE(r.context);
}

struct fault {
  const char* name;
  answer_function answer;
  const char* verdict;
};
class answered_fault : public probe_run, public testing::WithParamInterface<fault> {};
TEST_P(answered_fault, has_its_verdict) {
  serve(GetParam().answer);
  EXPECT_EQ(verdict_of(run(one_step, "", true)), GetParam().verdict);
}
INSTANTIATE_TEST_SUITE_P(
    faults, answered_fault,
    testing::Values(
        fault{"none", [](const server_request&) { return json(200, R"({"ok":true})"); }, "passed"},
        fault{"error_of_the_app",
              [](const server_request&) { return json(500, "", through_sidecar); },
              "get: app status"},
        fault{"wrong_value",
              [](const server_request&) { return json(200, R"({"ok":1})", through_sidecar); },
              "get: app json"},
        fault{"no_json", [](const server_request&) { return json(200, "<html>", through_sidecar); },
              "get: app json"},
        fault{"answer_past_the_sidecar",
              [](const server_request&) { return json(502, "bad gateway"); }, "get: edge status"},
        fault{"app_refuses_the_sidecar",
              [](const server_request&) {
                return json(502, "",
                            {{"Server-Timing", "proxy;dur=1"},
                             {"Proxy-Status", "remora-x; error=connection_refused"}});
              },
              "get: app status"},
        fault{"failed_dependency",
              [](const server_request&) {
                return json(
                    503, "",
                    {{"Server-Timing", "proxy;dur=1, app;dur=5, dep-y;dur=4;desc=\"timed_out\""}});
              },
              "get: dependency status"},
        fault{"handler_that_throws",
              [](const server_request&) -> server_response { throw std::runtime_error("x"); },
              "get: edge status"}),
    [](const auto& test) { return std::string(test.param.name); });

using act = tests::scripted_server::act;
struct broken_line {
  const char* name;
  act what;
  const char* verdict;
};
class transport_fault : public probe_run, public testing::WithParamInterface<broken_line> {};
TEST_P(transport_fault, has_its_verdict) {
  serve(std::vector{GetParam().what});
  EXPECT_EQ(verdict_of(run(one_step)), GetParam().verdict);
}

act saying(std::string answer) {
  act out;
  out.answer = std::move(answer);
  return out;
}
act hanging_up() {
  act out;
  out.close_at_once = true;
  return out;
}
act silent() {
  act out;
  out.never = true;
  return out;
}
act stalling(std::string answer) {
  act out;
  out.answer = std::move(answer);
  out.close_after = false;
  return out;
}
INSTANTIATE_TEST_SUITE_P(
    faults, transport_fault,
    testing::Values(
        broken_line{"silence", silent(), "get: unknown timed_out"},
        broken_line{"closed_after_the_request", saying(""), "get: edge closed"},
        broken_line{"no_http", saying("hello\r\n\r\n"), "get: edge malformed"},
        broken_line{"half_a_head", saying("HTTP/1.1 200 OK\r\nContent-"), "get: edge closed"},
        broken_line{"half_a_body", saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"ok"),
                    "get: unknown closed"},
        broken_line{"half_a_body_of_the_app",
                    saying("HTTP/1.1 200 OK\r\nServer-Timing: proxy;dur=0, "
                           "app;dur=1\r\nContent-Length: 9\r\n\r\n{"),
                    "get: app closed"},
        broken_line{"a_body_that_stalls",
                    stalling("HTTP/1.1 200 OK\r\nServer-Timing: proxy;dur=0, "
                             "app;dur=1\r\nContent-Length: 9\r\n\r\n{"),
                    "get: app timed_out"},
        broken_line{"body_to_the_end_of_the_connection",
                    saying("HTTP/1.1 200 OK\r\n\r\n{\"ok\":true}"), "passed"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(probe_run, a_connection_closed_at_once_is_the_edges) {
  serve(std::vector{hanging_up()});
  const auto verdict = verdict_of(run(one_step));
  EXPECT_TRUE(verdict == "get: edge closed" || verdict == "get: edge reset") << verdict;
}

/// Accepts one connection, reads, and resets it.
core::task<> reset_one(core::tcp_acceptor& acceptor) {
  auto socket = co_await acceptor.async_accept(core::use_task);
  char byte;
  co_await socket.async_read_some(core::asio::buffer(&byte, 1), core::use_task);
  socket.set_option(core::asio::socket_base::linger(true, 0));
  socket.close();
}

TEST_F(probe_run, a_reset_is_the_edges) {
  core::tcp_acceptor acceptor(worker().io.get_executor(),
                              {core::asio::ip::address_v4::loopback(), 0});
  target({"127.0.0.1", acceptor.local_endpoint().port()});
  worker().start("reset", reset_one(acceptor));
  EXPECT_EQ(verdict_of(run(one_step)), "get: edge reset");
}

TEST_F(probe_run, nobody_listening_is_the_edges) {
  core::tcp_acceptor closed(worker().io.get_executor(),
                            {core::asio::ip::address_v4::loopback(), 0});
  target({"127.0.0.1", closed.local_endpoint().port()});
  closed.close();
  const auto r = run(one_step);
  EXPECT_EQ(verdict_of(r), "get: edge refused");
  EXPECT_FALSE(r.recognised);
}

TEST_F(probe_run, an_unknown_name_is_the_resolvers) {
  target({"no-such-host.invalid", 80});
  EXPECT_EQ(verdict_of(run(one_step)).substr(0, 8), "get: dns");
}

TEST_F(probe_run, a_plain_server_behind_https_is_tls) {
  serve(std::vector{saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")});
  target(scripted_->where(), true);
  auto verdict = verdict_of(run(one_step));
  EXPECT_TRUE(verdict.starts_with("get: tls ")) << verdict;
}

TEST_F(probe_run, a_kept_connection_that_died_is_replaced) {
  serve(std::vector{saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")});
  const auto r = run(R"(
  - {name: a, http: {url: "${target.base}/"}}
  - {name: b, http: {url: "${target.base}/"}}
)");
  EXPECT_EQ(verdict_of(r), "passed");
  EXPECT_EQ(scripted_->connections(), 2);
}

TEST_F(probe_run, the_first_failure_ends_it_and_what_always_runs_cleans_up) {
  std::vector<std::string> paths;
  serve([&](const server_request& q) {
    paths.emplace_back(std::string(q.method) + " " + std::string(q.path));
    if (q.path == "/fail") return json(500, "");
    return json(200, R"({"id":5})");
  });
  const auto r = run(R"(
  - {name: make, http: {method: POST, url: "${target.base}/things"}, extract: {id: {json: /id}}}
  - {name: fail, http: {url: "${target.base}/fail"}, extract: {other: {json: /other}}}
  - {name: never, http: {url: "${target.base}/never"}}
always:
  - {name: clean, http: {method: DELETE, url: "${target.base}/things/${id}"}}
  - {name: clean-other, http: {method: DELETE, url: "${target.base}/things/${other}"}}
)");
  EXPECT_EQ(verdict_of(r), "fail: unknown status");
  EXPECT_EQ(paths, (std::vector<std::string>{"POST /things", "GET /fail", "DELETE /things/5"}));
  ASSERT_EQ(r.steps.size(), 4u);
  EXPECT_EQ(r.steps[2].outcome, step_outcome::passed);
  EXPECT_EQ(r.steps[3].outcome, step_outcome::skipped);
}

TEST_F(probe_run, a_missing_value_fails_the_step_that_should_have_had_it) {
  serve([&](const server_request&) { return json(200, R"({"items":[]})", through_sidecar); });
  const auto r = run(R"(
  - {name: list, http: {url: "${target.base}/"}, extract: {id: {json: /items, pick: first}}}
  - {name: read, http: {url: "${target.base}/${id}"}}
)");
  EXPECT_EQ(verdict_of(r), "list: app extraction");
  EXPECT_EQ(r.failure()->detail, "id: nothing to pick from: array of 0");
}

TEST_F(probe_run, polling_gives_up_at_its_time) {
  serve([&](const server_request&) { return json(202, "{}", through_sidecar); });
  const auto r = run(R"(
  - name: wait
    http: {url: "${target.base}/"}
    poll: {until: {status: 200}, every: 10ms, at_most: 100ms}
)");
  EXPECT_EQ(verdict_of(r), "wait: app condition");
  EXPECT_GT(r.steps[0].attempts, 1);
  EXPECT_LT(r.steps[0].took(), 1s);
}

TEST_F(probe_run, polling_ends_at_once_with_a_status_that_is_not_waited_on) {
  serve([&](const server_request&) { return json(500, "{}", through_sidecar); });
  const auto r = run(R"(
  - name: wait
    http: {url: "${target.base}/"}
    poll: {until: {status: 200}, while: 202, every: 10ms, at_most: 10s}
)");
  EXPECT_EQ(verdict_of(r), "wait: app status");
  EXPECT_EQ(r.steps[0].attempts, 1);
}

TEST_F(probe_run, the_whole_has_its_own_time) {
  serve(std::vector{silent()});
  const auto r = run(R"(
  - {name: a, http: {url: "${target.base}/"}, timeout: 30s}
)",
                     "timeout: 100ms\n");
  EXPECT_EQ(verdict_of(r), "a: unknown timed_out");
  EXPECT_LT(r.took(), 5s);
}

TEST_F(probe_run, a_late_answer_is_blamed_on_the_slowest_part) {
  server_ = std::make_unique<core::http_server>(
      worker(), [this](const server_request&) { return answer_after(worker(), 60ms); });
  target({"127.0.0.1", *server_->listen({"127.0.0.1", 0})});
  const auto r = run(R"(
  - {name: a, http: {url: "${target.base}/"}, expect: {latency: 20ms}}
)");
  EXPECT_EQ(verdict_of(r), "a: app latency");
}

TEST_F(probe_run, secrets_are_never_in_what_may_be_written_down) {
  constants_.secrets["token"] = core::secret("hunter2");
  serve([&](const server_request& q) {
    return json(200, "{\"echo\":\"" + std::string(q.header("authorization").value_or("")) + "\"}");
  });
  const auto r = run(R"(
  - name: a
    http: {url: "${target.base}/${secret.token}?q=1", headers: {authorization: "${secret.token}"}}
    expect: {json: [{pointer: /echo, equals: other}]}
)");
  EXPECT_EQ(r.failure()->detail, "/echo is string \"<secret>\", expected \"other\"");
  EXPECT_EQ(r.failure()->url.find("hunter2"), std::string::npos);
  EXPECT_TRUE(r.failure()->url.ends_with("/<secret>")) << r.failure()->url;
}

}  // namespace
