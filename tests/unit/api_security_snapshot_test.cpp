#include "api/cache/security_snapshot.hpp"

#include <gtest/gtest.h>

#include "api/http/representations.hpp"

namespace {

const api::security apple{"US0378331005", "Apple \"Inc.\"\n", "US", "Information Technology",
                          "USD"};
const api::score apples{"US0378331005", "71.2", "2026-01-01T00:00:00Z", true};

TEST(make_snapshot, has_both_answers_with_tags_of_their_own) {
  const auto s = api::make_snapshot(apple, apples, 7);
  EXPECT_EQ(s->read_at, 7);
  EXPECT_EQ(s->body, api::to_json(apple, apples));
  EXPECT_EQ(s->score, api::to_json(apples));
  EXPECT_EQ(s->etag, api::entity_tag(s->body));
  EXPECT_EQ(s->score_etag, api::entity_tag(s->score));
  EXPECT_NE(s->etag, s->score_etag);
  EXPECT_TRUE(s->exists());
  EXPECT_TRUE(s->has_score());
}

TEST(make_snapshot, of_a_security_that_has_no_score) {
  const auto s = api::make_snapshot(apple, std::nullopt, 7);
  EXPECT_TRUE(s->exists());
  EXPECT_FALSE(s->has_score());
  EXPECT_EQ(s->score_etag, "");
}

TEST(make_snapshot, of_nothing_is_an_answer_too) {
  const auto s = api::make_absent_snapshot(7);
  EXPECT_FALSE(s->exists());
  EXPECT_FALSE(s->has_score());
  EXPECT_EQ(s->etag, "");
  EXPECT_EQ(s->read_at, 7);
}

TEST(make_snapshot, a_tag_does_not_depend_on_when_it_was_read) {
  EXPECT_EQ(api::make_snapshot(apple, apples, 7)->etag, api::make_snapshot(apple, apples, 8)->etag);
}

TEST(entity_tag, is_strong_quoted_and_of_every_byte) {
  const auto tag = api::entity_tag("{}");
  EXPECT_EQ(tag.front(), '"');
  EXPECT_EQ(tag.back(), '"');
  EXPECT_EQ(tag.size(), 26u);
  EXPECT_EQ(tag.substr(1, 24).find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(tag, api::entity_tag("{}"));
  EXPECT_NE(tag, api::entity_tag("{} "));
  EXPECT_NE(api::entity_tag(""), api::entity_tag(std::string_view("\0", 1)));
}

void expect_same(const api::snapshot_ptr& a, const api::snapshot_ptr& b) {
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->read_at, b->read_at);
  EXPECT_EQ(a->body, b->body);
  EXPECT_EQ(a->score, b->score);
  EXPECT_EQ(a->etag, b->etag);
  EXPECT_EQ(a->score_etag, b->score_etag);
}

TEST(cache_text, is_read_back_as_it_was) {
  for (const auto& s : {api::make_snapshot(apple, apples, 1'700'000'000'123),
                        api::make_snapshot(apple, std::nullopt, 0), api::make_absent_snapshot(5)})
    expect_same(api::parse_cache_text(api::to_cache_text(*s)), s);
}

TEST(cache_text, what_is_said_of_it_is_what_is_there) {
  EXPECT_TRUE(api::parse_cache_text("s2 7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}"));
  EXPECT_TRUE(api::parse_cache_text(
      "s2 7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \"bbbbbbbbbbbbbbbbbbbbbbbb\"\n{}[]"));
  EXPECT_TRUE(api::parse_cache_text("s2 7 0  \n"));
}

TEST(cache_text, garbage_is_nothing) {
  for (const char* text :
       {"", "\n", "s2", "s2 7 0", "forgotten 17", "forgotten 17\n", "{\"value\":1}\n",
        // another version
        "s1 7 2\n{}", "s1 7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        "s3 7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        // spaces where there are none
        " s2 7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}", "s2  7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        "s2 7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \"bbbbbbbbbbbbbbbbbbbbbbbb\" \n{}[]",
        // no numbers, and sizes that are not there
        "s2 x 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}", "s2 7 x \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        "s2 7 -1 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}", "s2 7 3 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        "s2 -1 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        "s2 9223372036854775807 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        "s2 -9223372036854775808 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}", "s2 7\n{}", "s2 7 \n{}",
        "s2 99999999999999999999 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        "s2 7 99999999999999999999 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}",
        // tags that are none of ours
        "s2 7 2 \"a\" \n{}", "s2 7 2 \"aaaaaaaaaaaa\raaaaaaaaaaa\" \n{}",
        "s2 7 2 \"AAAAAAAAAAAAAAAAAAAAAAAA\" \n{}", "s2 7 0 x \n",
        // tags of what is not there, and none of what is
        "s2 7 2\n{}", "s2 7 2  \n{}", "s2 7 2 a \n{}", "s2 7 2 \"\" \n{}",
        "s2 7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n{}[]",
        "s2 7 2 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \"bbbbbbbbbbbbbbbbbbbbbbbb\"\n{}",
        "s2 7 0 \"aaaaaaaaaaaaaaaaaaaaaaaa\" \n", "s2 7 0  \"bbbbbbbbbbbbbbbbbbbbbbbb\"\n[]"})
    EXPECT_EQ(api::parse_cache_text(text), nullptr) << text;
}

TEST(cache_text, no_prefix_of_it_has_a_body_that_is_not_whole) {
  const auto whole = api::make_snapshot(apple, apples, 7);
  const std::string text = api::to_cache_text(*whole);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto part = api::parse_cache_text(std::string_view(text).substr(0, size));
    if (part) {
      EXPECT_EQ(part->body, whole->body) << size;
    }
  }
}

}  // namespace
