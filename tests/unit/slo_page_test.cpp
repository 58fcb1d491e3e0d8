#include "slo/serve/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;
using testing::HasSubstr;
using testing::Not;

slo::page_state state_with(slo::objective o, std::int64_t events, std::int64_t bad) {
  slo::evidence e;
  e.counts = {events, bad};
  return {slo::make_report({std::move(o)}, {e}, "http://p:9090", 1'700'000'000'000), ""};
}

TEST(page, has_a_card_for_each_slo) {
  const auto html = cards_html(state_with(example(), 1000, 5));
  EXPECT_THAT(html, HasSubstr(R"(<article class="card ok" data-slo="web">)"));
  EXPECT_THAT(html, HasSubstr("<strong>50.0 %</strong>"));
  EXPECT_THAT(html, HasSubstr("<dt>Events</dt><dd>1000</dd>"));
}

TEST(page, an_overspent_budget_is_negative_and_its_bar_empty) {
  const auto html = cards_html(state_with(example(), 1000, 30));
  EXPECT_THAT(html, HasSubstr("card spent"));
  EXPECT_THAT(html, HasSubstr("<strong>-200.0 %</strong>"));
  EXPECT_THAT(html, HasSubstr(R"(value="0.0000")"));
}

TEST(page, what_people_wrote_is_text) {
  auto o = example();
  o.display_name = "<script>alert(1)</script> & \"x\"";
  const auto html = cards_html(state_with(o, 1, 0));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"));
}

TEST(page, old_numbers_are_shown_as_such) {
  auto state = state_with(example(), 1000, 5);
  state.problem = "refused";
  EXPECT_THAT(
      cards_html(state),
      HasSubstr("Prometheus does not answer: refused. The numbers are of 2023-11-14T22:13:20Z."));
  EXPECT_THAT(slo::cards_html({std::nullopt, "refused"}), HasSubstr("There are no numbers yet."));
}

TEST(page, is_whole_and_asks_nothing_of_others) {
  const auto html = page_html(state_with(example(), 1000, 5));
  EXPECT_THAT(html, testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(html, HasSubstr("<article"));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
  EXPECT_THAT(html, Not(testing::ContainsRegex("(src|href)=\"(https?:)?//")));
}

}  // namespace
