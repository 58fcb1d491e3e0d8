#include "slo/gate/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/slo_gate_example.hpp"

namespace {

using slo::tests::named;
using testing::HasSubstr;
using testing::Not;

TEST(gate_plan, says_how_many_clean_events_and_how_long) {
  const auto p = slo::make_plan({named("web", "0.99"), named("strict", "0.999")}, {10, 0.05, {}});
  EXPECT_EQ(p.lines[0].clean, 320);
  EXPECT_EQ(p.lines[0].clean_fixed, 299);
  EXPECT_EQ(p.clean(), 3213);
  const auto text = slo::plan_text(p);
  EXPECT_THAT(text, HasSubstr("10.0 events a second"));
  EXPECT_THAT(text, HasSubstr("All of them: 3213 events, 5.4 min.\n"));
  EXPECT_THAT(text, Not(HasSubstr("simulated")));
}

TEST(gate_plan, says_what_to_expect_of_a_violation) {
  const auto p = slo::make_plan({named("web", "0.99")}, {10, 0.05, 0.05});
  ASSERT_TRUE(p.lines[0].course);
  const auto& c = *p.lines[0].course;
  EXPECT_GT(c.share(c.failed), 0.95);
  EXPECT_LT(c.share(c.passed), 0.05);
  EXPECT_GT(c.decided_by(0.5), 30);
  EXPECT_LT(c.decided_by(0.5), 300);
  EXPECT_LE(c.decided_by(0.5), c.decided_by(0.9));
  EXPECT_THAT(slo::plan_text(p), HasSubstr("With 5.00 % of the events bad, of 1000 simulated"));
}

TEST(gate_plan, needs_more_for_a_fail_among_many_objectives) {
  const auto alone = slo::make_plan({named("a", "0.99")}, {10, 0.05, 0.05});
  const auto many = slo::make_plan({named("a", "0.99"), named("b", "0.99"), named("c", "0.99"),
                                    named("d", "0.99"), named("e", "0.99")},
                                   {10, 0.05, 0.05});
  EXPECT_LT(alone.lines[0].course->decided_by(0.5), many.lines[0].course->decided_by(0.5));
}

TEST(gate_plan, names_what_never_passes) {
  auto o = named("cpu", "0.99");
  o.sli = slo::threshold_metric{};
  o.counters.reset();
  const auto p = slo::make_plan({o}, {1, 0.05, {}});
  EXPECT_FALSE(p.clean());
  EXPECT_THAT(slo::plan_text(p), HasSubstr("cpu: never passes by itself: there are no events"));
  EXPECT_THAT(slo::plan_text(p), HasSubstr("None of them can pass."));
  EXPECT_THAT(slo::plan_json(p), HasSubstr(R"("clean_events":null)"));
}

TEST(gate_plan, is_json_for_programs) {
  const auto json = slo::plan_json(slo::make_plan({named("web", "0.99")}, {10, 0.05, 0.05}));
  for (const char* part :
       {R"("format":"remora-gate-plan")", R"("events_per_second":10)", R"("clean_events":320)",
        R"("clean_seconds":32)", R"("clean_events_fixed":299)", R"("releases":1000)"})
    EXPECT_THAT(json, HasSubstr(part));
}

}  // namespace
