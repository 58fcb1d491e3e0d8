#include "slo/gate/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/gate/reports.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::outcome;
using slo::tests::example;
using testing::HasSubstr;

constexpr slo::unix_millis now = 1'700'000'000'000;

slo::evidence seen(std::int64_t events, std::int64_t bad) {
  slo::evidence e;
  e.from = now - 600'000;
  e.to = now;
  e.newest = now - 3000;
  e.coverage = 1;
  e.counts = {events, bad};
  return e;
}

slo::gate_result gate(slo::evidence e) {
  return slo::decide({example()}, {std::move(e)}, {});
}

TEST(gate, passes_on_enough_clean_events) {
  const auto r = gate(seen(320, 0));
  EXPECT_EQ(r.exit_code(), 0);
  EXPECT_THAT(r.lines[0].reason, HasSubstr("holds: at most"));
}

TEST(gate, says_how_much_more_it_needs) {
  const auto r = gate(seen(100, 0));
  EXPECT_EQ(r.exit_code(), 2);
  EXPECT_EQ(r.lines[0].reason,
            "too little evidence: passes at 320 events if none of the next 220 is bad");
}

TEST(gate, names_the_violated_objective_and_by_how_much) {
  const auto r = gate(seen(1000, 80));
  EXPECT_EQ(r.exit_code(), 1);
  EXPECT_THAT(r.lines[0].reason,
              HasSubstr("violated: 8.00 % of 1000 events were bad, 8.0 times the 1.00 % that the "
                        "objective allows (at least "));
  EXPECT_THAT(gate_text(r), HasSubstr("gate: fail (web)"));
}

TEST(gate, no_data_is_never_a_pass) {
  auto e = seen(0, 0);
  e.problem = "no data: x has no samples";
  const auto r = gate(e);
  EXPECT_EQ(r.exit_code(), 2);
  EXPECT_EQ(r.lines[0].reason, e.problem);
}

TEST(gate, stale_evidence_is_never_a_pass) {
  auto e = seen(10000, 0);
  e.newest = now - 95'000;
  const auto r = gate(e);
  EXPECT_EQ(r.exit_code(), 2);
  EXPECT_EQ(r.lines[0].reason, "the newest sample is 95 s old");
}

TEST(gate, hardly_covered_evidence_is_never_a_pass) {
  auto e = seen(10000, 0);
  e.coverage = 0.4;
  EXPECT_EQ(gate(e).lines[0].reason, "only 40 % of the expected scrapes were seen");
}

TEST(gate, stale_evidence_can_still_fail) {
  auto e = seen(10000, 5000);
  e.newest = now - 95'000;
  EXPECT_EQ(gate(e).exit_code(), 1);
}

TEST(gate, without_objectives_is_inconclusive) {
  EXPECT_EQ(slo::decide({}, {}, {}).exit_code(), 2);
}

TEST(gate, json_has_every_number_of_the_verdict) {
  const auto json = gate_json(gate(seen(1000, 80)));
  for (const char* part :
       {R"("verdict":"fail")", R"("exit_code":1)", R"("method":"sequence")", R"("alpha":0.05)",
        R"("id":"web")", R"("events":1000)", R"("bad_events":80)", R"("error_budget":0.01)",
        R"("times_budget":8)", R"("error_ratio_low":0.0)", R"("assumption":"Events are taken)"}) {
    EXPECT_THAT(json, HasSubstr(part));
  }
}

}  // namespace
