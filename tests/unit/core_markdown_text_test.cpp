#include "core/markdown_text.hpp"

#include <gtest/gtest.h>

namespace {

TEST(markdown_text, is_text_whatever_it_contains) {
  EXPECT_EQ(core::markdown_text("<b> & *c* [d](e) @all | `f`\n#g"),
            "&lt;b\\> &amp; \\*c\\* \\[d\\]\\(e\\) \\@all \\| \\`f\\` \\#g");
}

TEST(markdown_text, ends_with_an_ellipsis_between_characters) {
  EXPECT_EQ(core::markdown_text("abcdef", 3), "abc…");
  EXPECT_EQ(core::markdown_text("aäb", 2), "a…") << "half a character is left out";
}

TEST(markdown_code, is_text_where_it_cannot_be_code) {
  EXPECT_EQ(core::markdown_code("a-b"), "`a-b`");
  EXPECT_EQ(core::markdown_code("a`b"), "a\\`b");
  EXPECT_EQ(core::markdown_code(""), "");
}

}  // namespace
