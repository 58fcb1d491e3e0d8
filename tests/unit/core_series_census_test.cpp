#include "core/series_census.hpp"

#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "core/metrics_shard.hpp"

namespace {

using core::parse_sample_line;
using core::take_census;
using core::take_label;

TEST(take_label, goes_through_a_list_with_escapes) {
  std::string_view labels = R"(a="1",b="x\"y,\\",c="")";
  const auto a = take_label(labels);
  ASSERT_TRUE(a);
  EXPECT_EQ(a->name, "a");
  EXPECT_EQ(a->value, "1");
  const auto b = take_label(labels);
  ASSERT_TRUE(b);
  EXPECT_EQ(b->value, R"(x\"y,\\)");
  const auto c = take_label(labels);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->name, "c");
  EXPECT_EQ(c->value, "");
  EXPECT_FALSE(take_label(labels));
  EXPECT_EQ(labels, "");
}

TEST(parse_sample_line, splits_name_labels_and_value) {
  const auto full = parse_sample_line(R"(x_total{a="} 1",b="2"} 17 1700000000000)");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->name, "x_total");
  EXPECT_EQ(full->labels, R"(a="} 1",b="2")");
  EXPECT_EQ(full->value, "17 1700000000000");
  const auto bare = parse_sample_line("up 1");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->labels, "");
}

TEST(parse_sample_line, every_prefix_is_read_or_refused_whole) {
  const std::string_view line = R"(x_total{a="\\\"",b="2"} 17)";
  for (std::size_t size = 0; size < line.size(); ++size) {
    const auto got = parse_sample_line(line.substr(0, size));
    EXPECT_EQ(got.has_value(), size == line.size() - 1) << size;  // `} 1` is a sample already
  }
}

class census_test : public ::testing::Test {
 protected:
  core::series_census taken(std::size_t greatest = 10) {
    core::exposition all;
    all.add(std::make_shared<core::shard_source>(std::vector<const core::metrics_shard*>{&shard}));
    return take_census(all.render(core::exposition_format::text), greatest);
  }
  core::metrics_shard shard;
  static constexpr double bounds[] = {1, 2};
  static constexpr core::metric_family calls{"calls_total", "c", core::metric_type::counter};
  static constexpr core::metric_family took{"took_seconds", "t", core::metric_type::histogram,
                                            bounds};
};

TEST_F(census_test, buckets_are_samples_and_no_series) {
  shard.histogram(took, {{"route", "a"}});
  shard.histogram(took, {{"route", "b"}});
  const auto census = taken();
  ASSERT_EQ(census.families.size(), 1u);
  EXPECT_EQ(census.families[0].family, "took_seconds");
  EXPECT_EQ(census.families[0].series, 2u);
  EXPECT_EQ(census.families[0].samples, 10u);
  ASSERT_EQ(census.families[0].labels.size(), 1u);
  EXPECT_EQ(census.families[0].labels[0].label, "route");
}

TEST_F(census_test, the_greatest_come_first) {
  for (int i = 0; i < 6; ++i)
    shard.counter(calls, {{"id", std::to_string(i)}, {"who", i < 5 ? "x" : "y"}});
  shard.histogram(took);
  const auto census = taken(1);
  ASSERT_EQ(census.families.size(), 2u);
  EXPECT_EQ(census.series, 7u);
  const auto& first = census.families[0];
  EXPECT_EQ(first.family, "calls_total");
  ASSERT_EQ(first.labels.size(), 2u);
  EXPECT_EQ(first.labels[0].label, "id");
  EXPECT_EQ(first.labels[0].values, 6u);
  EXPECT_EQ(first.labels[0].greatest.size(), 1u);
  EXPECT_EQ(first.labels[1].greatest[0].value, "x");
  EXPECT_EQ(first.labels[1].greatest[0].series, 5u);
}

TEST(take_census, needs_no_type_line) {
  const auto census = take_census("a 1\na{x=\"1\"} 2\n", 10);
  ASSERT_EQ(census.families.size(), 1u);
  EXPECT_EQ(census.families[0].series, 2u);
}

}  // namespace
