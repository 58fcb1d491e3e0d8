#include "sidecar/proxy/stale_answer.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sidecar;

struct answer_row {
  const char* name;
  const char* header;
  const char* value;
  bool stale;
};
class answers : public ::testing::TestWithParam<answer_row> {};

TEST_P(answers, are_stale_when_they_say_so) {
  core::http_fields fields;
  fields.add({"Content-Type", "application/json"});
  fields.add({GetParam().header, GetParam().value});
  EXPECT_EQ(is_stale(fields), GetParam().stale);
}

INSTANTIATE_TEST_SUITE_P(
    stale, answers,
    ::testing::Values(
        answer_row{"warning", "Warning", R"(110 - "Response is Stale")", true},
        answer_row{"warning_in_small_letters", "warning", "110 cache stale", true},
        answer_row{"revalidation_failed", "Warning", R"(111 - "Revalidation Failed")", true},
        answer_row{"second_of_a_list", "Warning", R"(199 a "b, c", 110 d "e")", true},
        answer_row{"other_warning", "Warning", R"(199 - "Miscellaneous")", false},
        answer_row{"number_in_a_text", "Warning", R"(199 - "x, 110 y")", false},
        answer_row{"longer_number", "Warning", "1101 x", false},
        answer_row{"hit_beyond_its_time", "Cache-Status", "remora-api; hit; ttl=-1", true},
        answer_row{"second_cache", "Cache-Status", "a; hit; ttl=5, \"b, c\"; hit;ttl=-412", true},
        answer_row{"hit", "Cache-Status", "remora-api; hit; ttl=30", false},
        answer_row{"hit_at_its_end", "Cache-Status", "remora-api; hit; ttl=0", false},
        answer_row{"minus_nothing", "Cache-Status", "remora-api; hit; ttl=-0", false},
        answer_row{"asked_the_origin", "Cache-Status", "remora-api; fwd=stale; stored", false},
        answer_row{"in_a_detail", "Cache-Status", R"(a; hit; detail="; ttl=-1")", false},
        answer_row{"a_cache_of_that_name", "Cache-Status", "ttl=-1", false},
        answer_row{"another_header", "X-Warn", "110 - x", false}),
    [](const auto& row) { return row.param.name; });

TEST(is_stale, every_prefix_of_a_value_is_read) {
  const std::string_view warning = R"(199 a "b\"c", 110 d "e")";
  for (std::size_t size = 0; size <= warning.size(); ++size)
    EXPECT_EQ(warns_of_staleness(warning.substr(0, size)), size >= 18) << size;
  const std::string_view status = R"(a; hit; detail="\"x"; ttl=-12)";
  for (std::size_t size = 0; size <= status.size(); ++size)
    EXPECT_EQ(has_negative_ttl(status.substr(0, size)), size + 1 >= status.size()) << size;
}

}  // namespace
