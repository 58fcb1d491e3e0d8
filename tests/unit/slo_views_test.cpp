#include "slo/report/views.hpp"

#include <gtest/gtest.h>

#include "tests/unit/slo_reports.hpp"

namespace {

using namespace slo::tests;
using slo::disagreement;

slo::view_comparison compared(const slo::evidence& outside, const slo::evidence& inside,
                              const slo::history* past_outside = nullptr,
                              const slo::history* past_inside = nullptr) {
  const auto probes = walks(), users = example();
  const auto all =
      slo::compare_views({{&users, &inside, past_inside}, {&probes, &outside, past_outside}});
  EXPECT_EQ(all.size(), 1u);
  return all.at(0);
}

TEST(views, are_known_by_counters_or_by_the_label) {
  EXPECT_EQ(slo::view_of(walks()), slo::view::black_box);
  EXPECT_EQ(slo::view_of(example()), slo::view::white_box);
  auto o = example();
  o.labels["remora.view"] = "black-box";
  EXPECT_EQ(slo::view_of(o), slo::view::black_box);
  EXPECT_FALSE(slo::view_of(approximated()));
  EXPECT_FALSE(slo::view_of(composed()));
}

TEST(views, disagree_when_their_intervals_do_not_overlap) {
  EXPECT_EQ(compared(counted_evidence(1000, 50, 0), counted_evidence(100000, 10, 0)).what,
            disagreement::outside_worse);
  EXPECT_EQ(compared(counted_evidence(1000, 0, 0), counted_evidence(100000, 5000, 0)).what,
            disagreement::inside_worse);
}

TEST(views, a_bare_difference_is_no_disagreement) {
  // 5 % of twenty walks is one failure: it may be chance.
  const auto c = compared(counted_evidence(20, 1, 0), counted_evidence(100000, 500, 0));
  EXPECT_EQ(c.what, disagreement::none);
  EXPECT_GT(c.outside.interval.high, c.inside.interval.high);
}

TEST(views, without_events_nothing_is_compared) {
  EXPECT_EQ(compared(counted_evidence(0, 0, 0), counted_evidence(1000, 10, 0)).what,
            disagreement::too_little);
}

TEST(views, of_other_periods_are_not_compared_without_histories) {
  auto week = counted_evidence(1000, 500, 0);
  week.from = week.to - 7 * day;
  const auto c = compared(week, counted_evidence(1000, 0, 0));
  EXPECT_EQ(c.what, disagreement::too_little);
  EXPECT_NE(c.reason.find("periods differ"), std::string::npos);
}

TEST(views, name_the_hours_in_which_they_disagree) {
  const auto outside = hourly(walks(), 60, 40, 300, 2);
  const auto inside = hourly(example(), 1000, 0, 0, 0);
  const auto c = compared(counted_evidence(1, 0, 0), counted_evidence(1, 0, 0), &outside, &inside);
  ASSERT_EQ(c.periods.size(), 1u);
  EXPECT_EQ(c.periods[0].what, disagreement::outside_worse);
  EXPECT_EQ(c.periods[0].to - c.periods[0].from, 2 * outside.step);
  EXPECT_EQ(c.periods[0].outside.used.bad, 80);
  EXPECT_EQ(c.outside.used.bad, 80);
  EXPECT_NE(c.reason.find("path in front"), std::string::npos);
}

TEST(views, hours_that_only_one_of_them_has_are_left_out) {
  auto outside = hourly(walks(), 60, 40, 300, 2);
  outside.points[300].coverage = 0;
  const auto inside = hourly(example(), 1000, 0, 0, 0);
  const auto c = compared(counted_evidence(1, 0, 0), counted_evidence(1, 0, 0), &outside, &inside);
  EXPECT_EQ(c.outside.used.bad, 40);
  EXPECT_EQ(c.periods.size(), 1u);
}

TEST(views, other_services_and_other_kinds_are_not_compared) {
  auto elsewhere = walks();
  elsewhere.service = "other";
  const auto users = example(), slow = approximated();
  const auto e = counted_evidence(1000, 10, 0);
  EXPECT_TRUE(
      slo::compare_views({{&users, &e, nullptr}, {&elsewhere, &e, nullptr}, {&slow, &e, nullptr}})
          .empty());
}

}  // namespace
