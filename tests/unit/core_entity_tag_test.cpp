#include "core/entity_tag.hpp"

#include <gtest/gtest.h>

namespace {

struct tags {
  const char* name;
  const char* value;
  bool same;
};
class if_none_match : public ::testing::TestWithParam<tags> {};

TEST_P(if_none_match, names_the_tag_or_does_not) {
  EXPECT_EQ(core::names_etag(GetParam().value, "\"tag\""), GetParam().same);
}

INSTANTIATE_TEST_SUITE_P(
    of, if_none_match,
    ::testing::Values(tags{"nothing", "", false}, tags{"the_tag", "\"tag\"", true},
                      tags{"the_weak_tag", "W/\"tag\"", true}, tags{"any", "*", true},
                      tags{"another", "\"other\"", false}, tags{"no_quotes", "tag", false},
                      tags{"a_list_with_it", "\"a\", W/\"b\" ,\t\"tag\"", true},
                      tags{"a_list_without_it", "\"a\", \"b\"", false},
                      tags{"empty_members", ",, ,\"tag\",", true},
                      tags{"a_small_w", "w/\"tag\"", false}, tags{"a_prefix", "\"ta", false},
                      tags{"no_list_before_it", "\"a\"x, \"tag\"", false},
                      tags{"a_tag_that_is_not_closed", "\"a, \"tag\"", false},
                      tags{"a_tag_with_a_star", "\"a,*,b\"", false},
                      tags{"a_star_in_a_list", "\"a\", *", false},
                      tags{"a_list_without_spaces", "\"a,b\",\"tag\"", true}),
    [](const auto& info) { return info.param.name; });

TEST(if_none_match, an_empty_tag_is_not_named_by_an_empty_value) {
  EXPECT_FALSE(core::names_etag("", ""));
}

struct codings {
  const char* name;
  const char* value;
  bool gzip;
};
class accept_encoding : public ::testing::TestWithParam<codings> {};

TEST_P(accept_encoding, allows_gzip_or_does_not) {
  EXPECT_EQ(core::accepts_gzip(GetParam().value), GetParam().gzip);
}

INSTANTIATE_TEST_SUITE_P(of, accept_encoding,
                         ::testing::Values(codings{"nothing", "", false},
                                           codings{"gzip", "gzip", true},
                                           codings{"capitals", "GZIP", true},
                                           codings{"browsers", "gzip, deflate, br", true},
                                           codings{"another", "br", false},
                                           codings{"a_longer_name", "xgzip, gzipped", false},
                                           codings{"not_at_all", "gzip;q=0", false},
                                           codings{"not_at_all_in_digits", "gzip ; q=0.000", false},
                                           codings{"a_little", "gzip;q=0.001", true},
                                           codings{"a_star", "*", true},
                                           codings{"a_star_of_nothing", "*;q=0", false},
                                           codings{"the_name_decides", "gzip;q=0, *", false},
                                           codings{"the_name_decides_for", "*;q=0, gzip;q=1", true},
                                           codings{"identity", "identity;q=1", false},
                                           codings{"separators", ",;,gzip", true}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
