#include "probe/format/json_pointer.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace {

using probe::json_pointer;

/// The document of RFC 6901, section 5.
const boost::json::value& example() {
  static const boost::json::value document = boost::json::parse(
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");
  return document;
}

std::string found(std::string_view pointer) {
  const auto parsed = json_pointer::parse(pointer);
  if (!parsed) return "invalid";
  const auto* value = parsed->find(example());
  return value ? boost::json::serialize(*value) : "nothing";
}

struct lookup_case {
  const char* name;
  const char* pointer;
  const char* value;
};

class json_pointer_lookup : public testing::TestWithParam<lookup_case> {};

TEST_P(json_pointer_lookup, finds_what_the_specification_says) {
  EXPECT_EQ(found(GetParam().pointer), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    rfc_6901, json_pointer_lookup,
    testing::Values(lookup_case{"member", "/foo", R"(["bar","baz"])"},
                    lookup_case{"item", "/foo/0", R"("bar")"}, lookup_case{"empty_key", "/", "0"},
                    lookup_case{"escaped_slash", "/a~1b", "1"}, lookup_case{"percent", "/c%d", "2"},
                    lookup_case{"caret", "/e^f", "3"}, lookup_case{"bar", "/g|h", "4"},
                    lookup_case{"backslash", "/i\\j", "5"}, lookup_case{"quote", "/k\"l", "6"},
                    lookup_case{"space", "/ ", "7"}, lookup_case{"escaped_tilde", "/m~0n", "8"},
                    lookup_case{"past_the_end", "/foo/-", "nothing"},
                    lookup_case{"index_too_large", "/foo/2", "nothing"},
                    lookup_case{"leading_zero", "/foo/01", "nothing"},
                    lookup_case{"sign", "/foo/+1", "nothing"},
                    lookup_case{"beyond_all_integers", "/foo/99999999999999999999", "nothing"},
                    lookup_case{"into_a_scalar", "/foo/0/x", "nothing"},
                    lookup_case{"unknown_member", "/none", "nothing"},
                    lookup_case{"no_slash", "foo", "invalid"},
                    lookup_case{"fragment_form", "#/foo", "invalid"},
                    lookup_case{"tilde_at_the_end", "/m~", "invalid"},
                    lookup_case{"unknown_escape", "/m~2", "invalid"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(json_pointer, empty_is_the_whole_document) {
  const auto all = json_pointer::parse("");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->find(example()), &example());
}

TEST(json_pointer, tilde_one_after_tilde_zero_is_unescaped_once) {
  const auto parsed = json_pointer::parse("/~01");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->tokens(), std::vector<std::string>{"~1"});
}

TEST(json_pointer, every_prefix_is_parsed_or_refused) {
  const std::string text = "/a~1b/~0/0//x";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto parsed = json_pointer::parse(text.substr(0, size));
    const bool cut_escape = size > 0 && text[size - 1] == '~';
    EXPECT_EQ(parsed.has_value(), !cut_escape) << size;
    if (parsed) {
      EXPECT_EQ(parsed->text(), text.substr(0, size));
      parsed->find(example());
    }
  }
}

}  // namespace
