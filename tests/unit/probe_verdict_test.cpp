#include "probe/verdict/verdict.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace std::chrono_literals;
using probe::failure_facts;
using probe::failure_reason;
using probe::phase;
using where = probe::place_of_failure;

struct verdict_case {
  const char* name;
  where expected;
  failure_facts facts;
};

failure_facts broke(failure_reason why, phase in, const char* timing = "", int status = 0) {
  failure_facts out;
  out.why = why;
  out.broke_in = in;
  out.status = status;
  out.timing = probe::server_timing::parse(timing);
  return out;
}

failure_facts answered(int status, const char* timing, const char* proxy = nullptr,
                       bool known = true) {
  failure_facts out;
  out.why = failure_reason::status;
  out.status = status;
  out.timing = probe::server_timing::parse(timing);
  if (proxy) out.proxy = probe::proxy_status::parse(proxy);
  out.known_to_sidecar = known;
  return out;
}

failure_facts late(core::duration connect, core::duration wait, core::duration receive,
                   const char* timing) {
  failure_facts out;
  out.why = failure_reason::latency;
  out.status = 200;
  out.phases[phase::resolve] = 1ms;
  out.phases[phase::connect] = connect;
  out.phases[phase::send] = 1ms;
  out.phases[phase::wait] = wait;
  out.phases[phase::receive] = receive;
  out.timing = probe::server_timing::parse(timing);
  return out;
}

/// A wrong answer of somebody that the protocol knows.
failure_facts said(where who, failure_reason why, std::optional<phase> in = std::nullopt) {
  failure_facts out;
  out.why = why;
  out.broke_in = in;
  out.speaker = who;
  return out;
}

failure_facts wrong(failure_reason why, const char* timing) {
  auto out = answered(302, timing, nullptr, false);
  out.why = why;
  return out;
}

/// One phase that is slower than it may be, whatever the others took.
failure_facts slow_phase(phase which, const char* timing) {
  auto out = late(20s, 10s, 1s, timing);
  out.late = which;
  return out;
}

class verdict : public testing::TestWithParam<verdict_case> {};
TEST_P(verdict, is_where_it_broke) {
  const auto v = judge(GetParam().facts);
  EXPECT_STREQ(to_label(v.where), to_label(GetParam().expected));
  EXPECT_EQ(v.why, GetParam().facts.why);
}

constexpr const char* through = "proxy;dur=0.2, app;dur=10";

INSTANTIATE_TEST_SUITE_P(
    confusion_table, verdict,
    testing::Values(
        verdict_case{"a_request_that_cannot_be_built", where::client,
                     broke(failure_reason::request, phase::resolve)},
        verdict_case{"stopping", where::client, broke(failure_reason::cancelled, phase::wait)},
        verdict_case{"an_unknown_name", where::dns,
                     broke(failure_reason::name_not_found, phase::resolve)},
        verdict_case{"a_silent_resolver", where::dns,
                     broke(failure_reason::timed_out, phase::resolve)},
        verdict_case{"a_name_server_that_answers_wrongly", where::dns,
                     said(where::dns, failure_reason::rcode)},
        verdict_case{"a_silent_name_server", where::dns,
                     said(where::dns, failure_reason::timed_out, phase::wait)},
        verdict_case{"a_name_server_that_is_off", where::edge,
                     said(where::dns, failure_reason::refused, phase::wait)},
        verdict_case{"a_database_that_refuses", where::dependency,
                     said(where::dependency, failure_reason::sql)},
        verdict_case{"a_database_that_answers_wrongly", where::dependency,
                     said(where::dependency, failure_reason::json)},
        verdict_case{"a_silent_database", where::unknown,
                     said(where::dependency, failure_reason::timed_out, phase::wait)},
        verdict_case{"nobody_listens", where::edge, broke(failure_reason::refused, phase::connect)},
        verdict_case{"reset_while_connecting", where::edge,
                     broke(failure_reason::reset, phase::connect)},
        verdict_case{"no_port_left_to_dial_from", where::client,
                     broke(failure_reason::exhausted, phase::connect)},
        verdict_case{"no_route", where::network,
                     broke(failure_reason::unreachable, phase::connect)},
        verdict_case{"dropped_packets", where::network,
                     broke(failure_reason::timed_out, phase::connect)},
        verdict_case{"a_handshake_that_fails", where::tls,
                     broke(failure_reason::tls_handshake, phase::tls)},
        verdict_case{"a_certificate_nobody_trusts", where::tls,
                     broke(failure_reason::tls_certificate, phase::tls)},
        verdict_case{"a_certificate_that_expires_soon", where::tls,
                     wrong(failure_reason::certificate, "")},
        verdict_case{"a_redirect_of_the_app", where::app,
                     wrong(failure_reason::redirects, through)},
        verdict_case{"a_redirect_of_somebody", where::unknown,
                     wrong(failure_reason::redirects, "")},
        verdict_case{"a_slow_name_server", where::dns, slow_phase(phase::resolve, "")},
        verdict_case{"a_slow_handshake", where::tls, slow_phase(phase::tls, "")},
        verdict_case{"a_slow_connection", where::network, slow_phase(phase::connect, through)},
        verdict_case{"a_slow_app", where::app,
                     slow_phase(phase::wait, "proxy;dur=1, app;dur=9000")},
        verdict_case{"a_slow_answer_of_somebody", where::unknown, slow_phase(phase::wait, "")},
        verdict_case{"closed_without_an_answer", where::edge,
                     broke(failure_reason::closed, phase::wait)},
        verdict_case{"reset_without_an_answer", where::edge,
                     broke(failure_reason::reset, phase::wait)},
        verdict_case{"silence_has_many_fathers", where::unknown,
                     broke(failure_reason::timed_out, phase::wait)},
        verdict_case{"no_http", where::edge, broke(failure_reason::malformed, phase::wait)},
        verdict_case{"half_a_head", where::edge, broke(failure_reason::closed, phase::receive)},
        verdict_case{"a_body_of_the_app_that_stalls", where::app,
                     broke(failure_reason::timed_out, phase::receive, through, 200)},
        verdict_case{"a_body_of_somebody_that_stalls", where::unknown,
                     broke(failure_reason::timed_out, phase::receive, "", 200)},
        verdict_case{"the_app_answers_500", where::app, answered(500, through)},
        verdict_case{"the_app_answers_404", where::app, answered(404, through)},
        verdict_case{"the_sidecar_cannot_reach_the_app", where::app,
                     answered(503, "proxy;dur=1", "remora-securities;error=connection_refused")},
        verdict_case{"the_app_is_silent_to_the_sidecar", where::app,
                     answered(504, "proxy;dur=1", "remora-securities;error=http_response_timeout")},
        verdict_case{"the_sidecar_refuses_us", where::sidecar,
                     answered(400, "proxy;dur=1", "remora-securities;error=http_request_error")},
        verdict_case{"the_sidecar_fails", where::sidecar,
                     answered(500, "proxy;dur=1", "remora-securities;error=proxy_internal_error")},
        verdict_case{"another_proxy_fails", where::edge,
                     answered(502, "", "cdn;error=connection_timeout")},
        verdict_case{"a_failed_call_of_the_app", where::dependency,
                     answered(503, "proxy;dur=1, app;dur=9, dep-scores;dur=8;desc=\"timed_out\"")},
        verdict_case{"the_app_calls_itself_a_gateway", where::dependency,
                     answered(502, "proxy;dur=1, app;dur=9, dep-scores;dur=8")},
        verdict_case{"an_overloaded_app_with_a_healthy_database", where::app,
                     answered(503, "proxy;dur=1, app;dur=9, dep-db;dur=8")},
        verdict_case{"a_client_error_despite_a_failed_call", where::app,
                     answered(404, "proxy;dur=1, app;dur=9, dep-scores;dur=8;desc=\"status_500\"")},
        verdict_case{"a_proxy_behind_the_sidecar_fails", where::app,
                     answered(502, through, "gateway;error=connection_refused")},
        verdict_case{"a_cdn_with_times_of_its_own", where::edge,
                     answered(502, "cdn-cache;desc=MISS, cdn-origin;dur=3")},
        verdict_case{"an_answer_that_did_not_pass_the_sidecar", where::edge, answered(502, "")},
        verdict_case{"an_answer_of_a_service_without_sidecar", where::unknown,
                     answered(502, "", nullptr, false)},
        verdict_case{"late_by_the_network", where::network, late(300ms, 20ms, 1ms, through)},
        verdict_case{"late_between_here_and_the_sidecar", where::network,
                     late(1ms, 300ms, 1ms, through)},
        verdict_case{"late_by_the_sidecar", where::sidecar,
                     late(1ms, 300ms, 1ms, "proxy;dur=290, app;dur=5")},
        verdict_case{"late_by_the_app", where::app,
                     late(1ms, 300ms, 1ms, "proxy;dur=1, app;dur=290, dep-db;dur=10")},
        verdict_case{"late_by_a_dependency", where::dependency,
                     late(1ms, 300ms, 1ms, "proxy;dur=1, app;dur=295, dep-db;dur=280")},
        verdict_case{"late_behind_something_opaque", where::unknown, late(1ms, 300ms, 1ms, "")}),
    [](const auto& test) { return std::string(test.param.name); });

/// Every combination of facts that differ for `judge`, and what it says of them.
template <class See>
void judge_all(See see) {
  for (int why = 0; why <= static_cast<int>(failure_reason::dialog); ++why)
    for (int in = -1; in < static_cast<int>(probe::phase_count); ++in)
      for (const int status : {0, 200, 404, 500, 502})
        for (const char* timing : {"", through, "cdn;dur=1", "proxy;dur=1, app;dur=9, dep-a;dur=8",
                                   "proxy;dur=1, app;dur=9, dep-a;dur=8;desc=\"status_500\""})
          for (const char* proxy : {"", "remora-a;error=connection_refused", "cdn;error=x",
                                    "remora-a;error=http_request_denied", "remora-a"})
            for (const bool known : {false, true}) {
              failure_facts f;
              f.why = static_cast<failure_reason>(why);
              if (in >= 0) f.broke_in = static_cast<phase>(in);
              f.status = status;
              f.timing = probe::server_timing::parse(timing);
              f.proxy = probe::proxy_status::parse(proxy);
              f.known_to_sidecar = known;
              f.phases[phase::wait] = 20ms;
              see(f, judge(f));
            }
}

TEST(judge, keeps_the_reason_and_blames_nobody_without_one) {
  judge_all([](const failure_facts& f, const probe::verdict& v) {
    ASSERT_EQ(v.why, f.why);
    const bool ours = f.why == failure_reason::request || f.why == failure_reason::cancelled ||
                      f.why == failure_reason::exhausted;
    ASSERT_EQ(v.where == where::client, ours);
    if (ours) return;
    const bool late = f.why == failure_reason::latency;
    const auto only_if = [&](where place, bool may) { ASSERT_TRUE(v.where != place || may); };
    only_if(where::dns, late || f.broke_in == phase::resolve);
    const bool looks = f.why == failure_reason::certificate;
    only_if(where::tls, late || looks || f.broke_in == phase::tls);
    only_if(where::network, late || f.broke_in == phase::connect);
    // Whoever is behind an edge is blamed only when a sidecar of ours spoke.
    const bool spoke = f.timing.from_sidecar() || (f.proxy && f.proxy->from_sidecar());
    for (const auto inside : {where::sidecar, where::app, where::dependency})
      only_if(inside, spoke);
    only_if(where::dependency, late || (f.status >= 500 && f.timing.slowest_dependency()));
  });
}

TEST(labels, are_bounded_and_distinct) {
  std::set<std::string> places, reasons;
  for (std::size_t i = 0; i < probe::place_count; ++i)
    places.insert(to_label(static_cast<where>(i)));
  for (int i = 0; i <= static_cast<int>(failure_reason::dialog); ++i)
    reasons.insert(to_label(static_cast<failure_reason>(i)));
  EXPECT_EQ(places.size(), probe::place_count);
  EXPECT_EQ(reasons.size(), 31u);
}

TEST(reason, of_a_transport_error_has_its_name) {
  for (int i = 1; i <= static_cast<int>(core::errc::exhausted); ++i)
    EXPECT_STREQ(to_label(probe::reason_of(static_cast<core::errc>(i))),
                 core::to_label(static_cast<core::errc>(i)));
}

}  // namespace
