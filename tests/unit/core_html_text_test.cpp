#include "core/html_text.hpp"

#include <gtest/gtest.h>

namespace {

TEST(html_text, escapes_what_means_something) {
  EXPECT_EQ(core::html_text("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST(html_text, keeps_text) {
  EXPECT_EQ(core::html_text("Zürich €\tand\nmore"), "Zürich €\tand\nmore");
}

TEST(html_text, replaces_what_xml_cannot_contain) {
  EXPECT_EQ(core::html_text("a\x01z\x1bz\x7fz"), "a\uFFFDz\uFFFDz\uFFFDz");
  EXPECT_EQ(core::html_text("\xff\xc0\xaf"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(core::html_text("\xEF\xBF\xBE\xEF\xBF\xBF"), "\uFFFD\uFFFD");
}

}  // namespace
