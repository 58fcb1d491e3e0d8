#include "slo/evidence/history.hpp"

#include <gtest/gtest.h>

#include "slo/commands/time_text.hpp"
#include "slo/evidence/approximate.hpp"
#include "slo/evidence/composite.hpp"
#include "slo/evidence/event_bins.hpp"
#include "tests/unit/slo_reports.hpp"

namespace {

using namespace slo::tests;
constexpr slo::unix_millis minute = 60'000;
constexpr slo::unix_millis hour = 60 * minute;
constexpr slo::unix_millis start = 1'699'999'200'000;  // a whole hour

slo::time_series counter(const char* code, double per_scrape, slo::unix_millis from,
                         slo::unix_millis to) {
  slo::time_series out{
      {{"__name__", "requests_total"}, {"code", code}, {"instance", "a"}, {"job", "web"}}, {}};
  double value = 0;
  for (auto at = from; at <= to; at += 15'000, value += per_scrape)
    out.samples.push_back({at, value});
  return out;
}

/// An hour of 10 good events a scrape; in the minutes 20 to 29 one more is bad.
slo::raw_samples one_bad_stretch() {
  slo::raw_samples out;
  out.total = {counter("ok", 10, start, start + hour), counter("failed", 0, start, start + hour)};
  double bad = 0;
  for (auto& s : out.total[1].samples) {
    if (s.at > start + 20 * minute && s.at <= start + 30 * minute) ++bad;
    s.value = bad;
  }
  out.part = {out.total[0]};
  return out;
}

TEST(raw_history, its_points_add_up_to_the_evidence) {
  const auto samples = one_bad_stretch();
  const auto past = slo::raw_history(example(), samples, start, start + hour, 5 * minute);
  ASSERT_EQ(past.points.size(), 12u);
  const auto seen = slo::raw_evidence(example(), samples, start, start + hour);
  const auto all = slo::total_of(past);
  EXPECT_EQ(all.total, static_cast<double>(seen.counts.events));
  EXPECT_EQ(all.bad, static_cast<double>(seen.counts.bad));
  EXPECT_EQ(past.points[4].used.bad, 20);
  EXPECT_EQ(past.points[3].used.bad, 0);
  EXPECT_EQ(past.points[3].coverage, 1);
}

TEST(raw_history, the_burn_down_ends_at_the_budget_that_is_left) {
  const auto samples = one_bad_stretch();
  const auto past = slo::raw_history(example(), samples, start, start + hour, 5 * minute);
  const auto left = slo::burn_down(example(), past);
  EXPECT_EQ(*left[3], 1);
  EXPECT_NEAR(
      *left.back(),
      *slo::budget_left(example(), slo::raw_evidence(example(), samples, start, start + hour)),
      1e-9);
}

TEST(raw_evidence, time_slices_are_bad_below_their_target) {
  auto o = sliced(true);  // 5 min, 90 % good
  auto samples = one_bad_stretch();
  auto e = slo::raw_evidence(o, samples, start, start + hour);
  EXPECT_EQ(e.unit, slo::budget_unit::slices);
  EXPECT_EQ(e.measured, (slo::tally{12, 0}));  // 20 of 220 are bad: 90.9 % are good
  o.slices->target = slo::decimal::parse("0.91");
  e = slo::raw_evidence(o, samples, start, start + hour);
  EXPECT_EQ(e.measured, (slo::tally{12, 2}));
  EXPECT_EQ(e.counts.events, 0);
  EXPECT_NEAR(*slo::burn_rate(o, e), 2.0 / 12 / 0.05, 1e-9);
}

TEST(raw_evidence, ratio_slices_are_bad_by_their_share) {
  const auto e = slo::raw_evidence(sliced(false), one_bad_stretch(), start, start + hour);
  EXPECT_EQ(e.measured.total, 12);
  EXPECT_NEAR(e.measured.bad, 2 * 20.0 / 220, 1e-12);
}

TEST(slices, exactly_at_the_target_is_good) {
  const slo::time_slices by{1, slo::decimal::parse("0.9")};
  EXPECT_EQ(slo::slice_badness(by, 0.1), 0);
  EXPECT_EQ(slo::slice_badness(by, 0.1000001), 1);
}

TEST(slices, only_whole_ones_count_and_those_without_events_do_not) {
  const auto o = sliced(true);
  const auto within = slo::slices_within(o, start + minute, start + 12 * minute);
  EXPECT_EQ(within.from, start + 5 * minute);
  EXPECT_EQ(within.count, 1u);
  EXPECT_EQ(slo::slices_of(o, {0, 0, {{0, 0}, {10, 5}}}), (slo::tally{1, 1}));
}

TEST(recorded_history, of_events_slices_minutes_and_composites) {
  const auto series = [](const char* metric, double value) {
    return slo::time_series{{{"__name__", metric}}, {{start + hour, value}}};
  };
  const std::vector<slo::time_series> recorded{
      series("slo:events:sum", 200), series("slo:bad_events:sum", 4),
      series("slo:error:ratio", 0.02), series("slo:burn_rate:ratio", 3),
      series("slo:coverage:ratio", 0.5)};
  const auto point = [&](const slo::objective& o) {
    const auto past = slo::recorded_history(o, recorded, start, start + 2 * hour, hour);
    EXPECT_EQ(past.points.size(), 2u);
    EXPECT_FALSE(past.points[1].burn_rate);
    return past.points[0];
  };
  EXPECT_EQ(point(example()).used, (slo::tally{200, 4}));
  EXPECT_NEAR(*point(example()).burn_rate, 2, 1e-9);
  EXPECT_EQ(point(sliced(true)).used, (slo::tally{200, 4}));
  EXPECT_EQ(point(approximated()).used, (slo::tally{30, 0.6}));
  EXPECT_EQ(*point(composed()).burn_rate, 3);
  EXPECT_EQ(point(example()).coverage, 0.5);
}

slo::time_series group(const char* metric, const char* zone, double value) {
  return {{{"__name__", metric}, {"slo_id", "web"}, {"window", "28d"}, {"zone", zone}},
          {{report_time, value}}};
}

TEST(rules_evidence, of_groups_add_up) {
  slo::recorded_series recorded;
  recorded.values = {group("slo:events:sum", "a", 100),     group("slo:events:sum", "b", 300),
                     group("slo:bad_events:sum", "a", 10),  group("slo:bad_events:sum", "b", 2),
                     group("slo:coverage:ratio", "a", 0.5), group("slo:coverage:ratio", "b", 1)};
  auto o = example();
  o.grouping = {"zone"};
  const auto e = slo::rules_evidence(o, recorded, report_time);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->counts.events, 400);
  EXPECT_EQ(e->counts.bad, 12);
  const auto past =
      slo::recorded_history(o, recorded.values, report_time - hour, report_time, hour);
  EXPECT_EQ(past.points[0].used, (slo::tally{400, 12}));
  EXPECT_EQ(past.points[0].coverage, 0.75);
}

TEST(rules_evidence, a_period_of_the_calendar_is_covered_by_what_has_passed) {
  auto o = example();
  o.period = {"1M", 30 * 24 * 60, slo::calendar_alignment{}};
  o.period.aligned->start = "2023-01-01 00:00:00";
  o.period.aligned->time_zone = "UTC";
  slo::recorded_series recorded;
  // Half of the month has passed at the 16th of November, all of it seen.
  const auto middle = *slo::parse_time("2023-11-16T00:00:00Z");
  for (const auto& [metric, value] :
       {std::pair("slo:events:sum", 100.0), std::pair("slo:bad_events:sum", 1.0),
        std::pair("slo:coverage:ratio", 0.5)}) {
    recorded.values.push_back(
        {{{"__name__", metric}, {"slo_id", "web"}, {"window", "1M"}}, {{middle, value}}});
  }
  const auto e = slo::rules_evidence(o, recorded, middle);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->from, *slo::parse_time("2023-11-01T00:00:00Z"));
  EXPECT_EQ(e->coverage, 1);
  EXPECT_EQ(e->observed_seconds, 15 * 86400);
}

TEST(history, fine_steps_for_a_day_hours_for_longer_and_never_too_many) {
  EXPECT_EQ(slo::history_step(0, 24 * hour), 5 * minute);
  EXPECT_EQ(slo::history_step(0, 25 * hour), hour);
  const auto step = slo::history_step(0, 3 * 366 * 24 * hour);
  EXPECT_LE(3 * 366 * 24 * hour / step, static_cast<slo::unix_millis>(slo::most_history_points));
}

TEST(history, joined_points_keep_their_sums) {
  const auto past = hourly(example(), 100, 90, 500, 10);
  const auto coarse = slo::coarser(past, 100);
  EXPECT_LE(coarse.points.size(), 100u);
  EXPECT_EQ(slo::total_of(coarse), slo::total_of(past));
  EXPECT_EQ(coarse.to(), past.to());
  for (std::size_t i = 1; i < coarse.points.size(); ++i) {
    EXPECT_EQ(coarse.points[i].at - coarse.points[i - 1].at, coarse.step);
  }
}

TEST(history, the_worst_stretch_comes_first_and_neighbours_are_one) {
  auto past = hourly(example(), 100, 90, 500, 10);
  past.points[20].used.bad = 2;
  past.points[20].burn_rate = 2;
  const auto worst = slo::worst_periods(example(), past, 5);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].to - worst[0].from, 10 * hour);
  EXPECT_EQ(worst[0].used.bad, 900);
  EXPECT_NEAR(worst[0].budget_spent, 900 / (28 * 24 * 100 * 0.01), 1e-9);
  EXPECT_EQ(slo::worst_periods(example(), past, 1).size(), 1u);
}

TEST(approximate, counts_time_by_the_share_of_values_that_keep_the_limit) {
  const auto o = approximated();
  const auto how = slo::look_at(o, start, start + 10 * minute);
  EXPECT_EQ(how.count, 10u);
  slo::looked_up values;
  values.value = {{{}, {}}};
  for (int i = 1; i <= 8; ++i) {
    values.value[0].samples.push_back({start + i * minute, i <= 2 ? 30.0 : 29.9});
  }
  const auto past = slo::approximate_history(o, values, how);
  const auto e = slo::approximate_evidence(o, past, start, start + 10 * minute);
  EXPECT_EQ(e.problem, "");
  EXPECT_EQ(e.measured, (slo::tally{8, 2}));
  EXPECT_NEAR(e.coverage, 0.8, 1e-9);
  EXPECT_NEAR(*slo::burn_rate(o, e), 2.5, 1e-9);
}

TEST(approximate, ratios_are_of_part_and_total_at_the_same_time) {
  auto o = approximated();
  o.sli = slo::ratio_metric{slo::event_kind::good, {"avg(a)", {}, {}, {}}, {"avg(b)", {}, {}, {}}};
  const auto how = slo::look_at(o, start, start + 3 * minute);
  slo::looked_up values;
  values.value = {{{}, {{start + minute, 9}, {start + 2 * minute, 10}}}};
  values.total = {{{}, {{start + minute, 10}, {start + 2 * minute, 10}, {start + 3 * minute, 0}}}};
  const auto past = slo::approximate_history(o, values, how);
  EXPECT_NEAR(slo::total_of(past).bad, 0.1, 1e-12);
  EXPECT_EQ(slo::total_of(past).total, 2);
}

TEST(approximate, several_series_are_averaged_and_none_are_a_problem) {
  const auto o = approximated();
  const auto how = slo::look_at(o, start, start + 3 * minute);
  const auto at = start + minute;
  const slo::looked_up two{{{{{"a", "1"}}, {{at, 10}}}, {{{"a", "2"}}, {{at, 40}}}}, {}};
  EXPECT_EQ(slo::total_of(slo::approximate_history(o, two, how)), (slo::tally{1, 0.5}));
  const auto none = slo::approximate_history(o, {}, how);
  EXPECT_EQ(slo::approximate_evidence(o, none, start, start + 3 * minute).problem,
            "no data: the query has no values");
}

TEST(approximate, asks_for_a_window_and_for_no_more_points_than_an_answer_has) {
  const slo::sli_query query{"rate(x[{{.window}}])", {}, {}, {}};
  EXPECT_EQ(slo::asked_query(query, {0, minute, 1, 5}), "rate(x[5m])");
  const auto month = slo::look_at(approximated(), 0, 28 * 24 * hour);
  EXPECT_LE(month.count, 10'000u);
  EXPECT_EQ(month.step % minute, 0);
}

TEST(composite, burns_the_weighted_sum_of_its_members) {
  const auto web = example(), path = walks();
  const auto a = counted_evidence(1000, 10, 0), b = counted_evidence(100, 2, 0);
  auto e = slo::composite_evidence(composed(), {{&web, &a}, {&path, &b}});
  EXPECT_NEAR(*e.burn, 2 * 1.0 + 1 * 2.0, 1e-9);
  EXPECT_NEAR(*slo::budget_left(composed(), e), -3, 1e-9);
  const auto nothing = counted_evidence(0, 0, 0);
  e = slo::composite_evidence(composed(), {{&web, &a}, {&path, &nothing}});
  EXPECT_EQ(e.problem, "no data of its members: critical-path");
  EXPECT_FALSE(slo::budget_left(composed(), e));
}

TEST(composite, a_slice_is_bad_when_it_is_bad_for_any_member) {
  const auto one = sliced(true);
  auto strict = sliced(true);
  strict.target = *slo::decimal::parse("0.99");
  const auto e = measured_evidence(slo::budget_unit::slices, {4, 1}, {1, 0});
  const auto slices = [](std::vector<double> bad) {
    slo::history out;
    out.step = 5 * minute;
    for (const double b : bad) {
      slo::history_point p;
      p.at = report_time - static_cast<slo::unix_millis>(bad.size() - out.points.size()) * out.step;
      p.used = {b < 0 ? 0.0 : 1.0, std::max(0.0, b)};
      out.points.push_back(p);
    }
    return out;
  };
  const auto made = slo::composite_slices_evidence(composed(), {{&one, &e}, {&strict, &e}},
                                                   {slices({1, 0, 0, -1}), slices({0, 0, 1, -1})});
  EXPECT_NEAR(*made.burn, 2.0 / 3 / 0.01, 1e-9);  // of three slices, by the strictest budget
}

}  // namespace
