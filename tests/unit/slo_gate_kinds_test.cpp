// What the gate says of objectives that are not simply events against a budget, beside a baseline,
// and under the freeze rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/gate/reports.hpp"
#include "tests/unit/slo_gate_example.hpp"

namespace {

using slo::judged_by;
using slo::outcome;
using slo::tests::gate_evidence;
using slo::tests::named;
using testing::HasSubstr;

TEST(gate_of_slices, asks_for_what_one_slice_allows) {
  auto o = named("web");
  o.slices = slo::time_slices{5, slo::decimal::parse("0.95")};
  const auto r = slo::decide({o}, {gate_evidence(1000, 20)}, {});
  EXPECT_EQ(r.lines[0].by, judged_by::slices);
  EXPECT_DOUBLE_EQ(r.lines[0].allowed, 0.05);
  EXPECT_EQ(r.overall, outcome::pass) << "2 % would violate the target of 99 %";
  EXPECT_THAT(r.lines[0].reason, HasSubstr("5.00 % that a slice of 5 min allows"));
}

TEST(gate_of_slices, without_a_target_of_their_own_asks_for_the_share_of_events) {
  auto o = named("web");
  o.slices = slo::time_slices{5, {}};
  const auto r = slo::decide({o}, {gate_evidence(1000, 80)}, {});
  EXPECT_EQ(r.lines[0].by, judged_by::events);
  EXPECT_EQ(r.overall, outcome::fail);
}

TEST(gate_of_slices, that_allow_nothing_is_never_decided) {
  auto o = named("web");
  o.slices = slo::time_slices{1, slo::decimal(1, 0)};
  const auto r = slo::decide({o}, {gate_evidence(100'000, 0)}, {});
  EXPECT_EQ(r.overall, outcome::inconclusive);
  EXPECT_THAT(r.lines[0].reason, HasSubstr("allows no bad event at all"));
}

TEST(gate_of_a_threshold, is_never_a_silent_pass) {
  auto o = named("cpu");
  o.sli = slo::threshold_metric{};
  o.counters.reset();
  const auto r = slo::decide({named("web"), o}, {gate_evidence(1000, 0), gate_evidence(0, 0)}, {});
  EXPECT_EQ(r.lines[0].decision, outcome::pass);
  EXPECT_EQ(r.lines[1].by, judged_by::nothing);
  EXPECT_EQ(r.overall, outcome::inconclusive);
  EXPECT_EQ(r.lines[1].reason, "there are no events to count: its SLI is a threshold on a value");
}

struct composite_case {
  std::vector<slo::objective> objectives{named("a"), named("b"), named("both")};
  std::vector<slo::evidence> seen;

  composite_case(slo::evidence a, slo::evidence b) : seen{std::move(a), std::move(b), {}} {
    objectives[0].part_of = objectives[1].part_of = "both";
    objectives[2].counters.reset();
    objectives[2].members = {{"a", {1, 0}}, {"b", {1, 0}}};
  }
  slo::gate_result result() const { return slo::decide(objectives, seen, {}); }
};

TEST(gate_of_a_composite, passes_when_its_members_burn_less_than_the_budget_together) {
  const auto r = composite_case(gate_evidence(5000, 1), gate_evidence(5000, 2)).result();
  EXPECT_EQ(r.lines[2].by, judged_by::members);
  EXPECT_EQ(r.lines[2].decision, outcome::pass) << r.lines[2].reason;
  EXPECT_EQ(r.overall, outcome::pass);
  EXPECT_LT(r.lines[2].interval.high, 1);
}

TEST(gate_of_a_composite, fails_when_its_members_are_each_kept_but_not_together) {
  const auto r = composite_case(gate_evidence(100'000, 850), gate_evidence(100'000, 850)).result();
  EXPECT_EQ(r.lines[0].decision, outcome::pass);
  EXPECT_EQ(r.lines[1].decision, outcome::pass);
  EXPECT_EQ(r.lines[2].decision, outcome::fail) << r.lines[2].reason;
  EXPECT_THAT(r.lines[2].reason, HasSubstr("its members together burn the budget at least"));
}

TEST(gate_of_a_composite, weighs_its_members) {
  composite_case c(gate_evidence(100'000, 850), gate_evidence(100'000, 850));
  c.objectives[2].members[0].weight = c.objectives[2].members[1].weight = {5, 1};
  EXPECT_EQ(c.result().lines[2].decision, outcome::pass);
}

TEST(gate_of_a_composite, is_as_blind_as_its_members) {
  auto blind = gate_evidence(5000, 0);
  blind.coverage = 0.1;
  const auto r = composite_case(gate_evidence(5000, 0), blind).result();
  EXPECT_EQ(r.lines[2].decision, outcome::inconclusive);
  EXPECT_EQ(r.lines[2].reason, "b: only 10 % of the expected scrapes were seen");
}

TEST(gate_of_a_composite, of_slices_says_that_only_its_members_are_judged) {
  composite_case c(gate_evidence(5000, 0), gate_evidence(5000, 0));
  c.objectives[2].slices = slo::time_slices{1, {}};
  EXPECT_EQ(c.result().lines[2].by, judged_by::members) << "RatioTimeslices are shares of events";
  c.objectives[2].slices->target = slo::decimal(1, 0);
  EXPECT_EQ(c.result().overall, outcome::inconclusive);
  EXPECT_THAT(c.result().lines[2].reason, HasSubstr("the gate judges its members"));
}

TEST(gate_beside_a_baseline, passes_what_is_not_worse_although_the_objective_is_out_of_reach) {
  const auto r =
      slo::decide({named("web")}, {gate_evidence(50'000, 2500)}, {}, {gate_evidence(50'000, 2500)});
  EXPECT_EQ(r.lines[0].by, judged_by::baseline);
  EXPECT_EQ(r.overall, outcome::pass);
  EXPECT_THAT(r.lines[0].reason, HasSubstr("not worse than the baseline: the difference is at"));
}

TEST(gate_beside_a_baseline, fails_what_is_worse_by_more_than_the_margin) {
  slo::gate_rules rules;
  rules.margin = 0.005;
  const auto r = slo::decide({named("web")}, {gate_evidence(10'000, 300)}, rules,
                             {gate_evidence(10'000, 100)});
  EXPECT_EQ(r.overall, outcome::fail);
  EXPECT_THAT(r.lines[0].reason,
              HasSubstr("worse than the baseline: 3.00 % of 10000 events were bad, and of the "
                        "baseline's 10000 1.00 %"));
  EXPECT_THAT(slo::gate_text(r), HasSubstr("difference"));
  EXPECT_THAT(slo::gate_json(r), HasSubstr(R"("difference_low":0.0)"));
}

TEST(gate_beside_a_baseline, needs_a_baseline_that_was_seen) {
  const auto r = slo::decide({named("web")}, {gate_evidence(10'000, 0)}, {}, {gate_evidence(0, 0)});
  EXPECT_EQ(r.overall, outcome::inconclusive);
  EXPECT_EQ(r.lines[0].reason, "the baseline: no events");
}

TEST(gate_among_objectives, says_that_one_alone_would_be_violated) {
  std::vector<slo::objective> objectives(20, named("web"));
  std::vector<slo::evidence> seen(19, gate_evidence(300, 3));
  seen.push_back(gate_evidence(300, 8));
  slo::gate_rules rules;
  rules.method = slo::gate_method::fixed;
  const auto r = slo::decide(objectives, seen, rules);
  EXPECT_EQ(r.overall, outcome::inconclusive);
  EXPECT_THAT(r.lines[19].reason,
              HasSubstr("(alone it would be violated with 95 % confidence, but it is one of 20"));
}

slo::gate_result frozen(std::optional<double> left, std::optional<std::string> reason,
                        std::int64_t bad = 0) {
  auto r = slo::decide({named("web")}, {gate_evidence(1000, bad)}, {});
  slo::apply_freeze(r, {{{"web", left, left ? "" : "no data"}}, std::move(reason)});
  return r;
}

TEST(freeze_rule, lets_pass_while_something_is_left) {
  EXPECT_EQ(frozen(0.2, {}).exit_code(), 0);
  EXPECT_THAT(slo::gate_text(frozen(0.2, {})), HasSubstr("every error budget has something left"));
}

TEST(freeze_rule, fails_a_good_release_when_the_budget_is_spent) {
  const auto r = frozen(-0.35, {});
  EXPECT_EQ(r.exit_code(), 1);
  EXPECT_EQ(r.evidence_says, outcome::pass);
  EXPECT_THAT(slo::gate_text(r), HasSubstr("the error budget is spent of web (-35.0 % left)"));
  EXPECT_THAT(slo::gate_text(r), HasSubstr("gate: fail (freeze rule)"));
}

TEST(freeze_rule, that_knows_nothing_is_no_pass) {
  const auto r = frozen({}, {});
  EXPECT_EQ(r.exit_code(), 2);
  EXPECT_THAT(slo::gate_json(r), HasSubstr("the error budget is not known of web (no data)"));
}

TEST(freeze_rule, is_overridden_with_a_reason_that_every_output_has) {
  const auto r = frozen(-0.35, "fixes the outage, INC-7");
  EXPECT_EQ(r.exit_code(), 0);
  EXPECT_THAT(slo::gate_text(r), HasSubstr("overridden: fixes the outage, INC-7"));
  EXPECT_THAT(slo::gate_json(r), HasSubstr(R"("override_reason":"fixes the outage, INC-7")"));
  EXPECT_THAT(slo::gate_junit(r, "host"), HasSubstr("fixes the outage, INC-7"));
  EXPECT_THAT(slo::gate_markdown(r), HasSubstr("overridden: fixes the outage, INC\\-7"));
}

TEST(freeze_rule, overridden_does_not_excuse_a_violation) {
  EXPECT_EQ(frozen(-0.35, "urgent", 500).exit_code(), 1);
}

}  // namespace
