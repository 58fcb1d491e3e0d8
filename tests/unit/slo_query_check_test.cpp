#include "slo/evidence/query_check.hpp"

#include <gtest/gtest.h>

#include "slo/commands/validation.hpp"

namespace {

using kind = slo::label_matcher::kind;

std::string checked(kind op, const char* bound) {
  const slo::selector of{"latency_bucket", {{"job", kind::equal, "web"}, {"le", op, bound}}};
  const auto wrong = slo::check_bucket_bound(of, {"+Inf", "0.5", "1.0", "0.25"});
  return wrong ? wrong->what + " / " + wrong->expected : "good";
}

TEST(check_bucket_bound, wants_one_of_the_bounds_that_there_are) {
  EXPECT_EQ(checked(kind::equal, "0.5"), "good");
  EXPECT_EQ(checked(kind::matches, "1(\\.0)?"), "good");
  EXPECT_EQ(checked(kind::not_equal, "+Inf"), "good");
  EXPECT_EQ(checked(kind::equal, "0.3"),
            "{le=\"0.3\"} is no bucket's bound of latency_bucket / one of 0.25, 0.5, 1.0, +Inf");
  EXPECT_EQ(checked(kind::matches, "0.3|0.4"),
            "{le=~\"0.3|0.4\"} is no bucket's bound of latency_bucket / one of 0.25, 0.5, 1.0, "
            "+Inf");
}

TEST(check_bucket_bound, knows_a_number_that_is_written_otherwise) {
  EXPECT_EQ(checked(kind::equal, "1"),
            "the bucket's bound is written le=\"1.0\", not \"1\" / le=\"1.0\"");
}

TEST(check_bucket_bound, has_nothing_to_say_about_other_selectors) {
  EXPECT_FALSE(slo::check_bucket_bound({"requests_total", {{"le_", kind::equal, "1"}}}, {}));
}

TEST(validation, is_json_in_the_order_of_lines) {
  slo::validation seen;
  seen.found.add({"b.yaml", 2, 3}, "second", "first");
  seen.found.add({"a.yaml", 9, 1}, "first");
  seen.notes.add({"a.yaml", 1, 1}, "by the way");
  seen.objectives = {"web"};
  EXPECT_EQ(slo::validation_json(seen),
            R"({"valid":false,"problems":[{"file":"a.yaml","line":9,"column":1,"what":"first"},)"
            R"({"file":"b.yaml","line":2,"column":3,"what":"second","expected":"first"}],)"
            R"("notes":[{"file":"a.yaml","line":1,"column":1,"what":"by the way"}],)"
            R"("objectives":["web"]})");
  EXPECT_EQ(slo::notes_text(seen.notes), "a.yaml:1:1: note: by the way\n");
}

}  // namespace
