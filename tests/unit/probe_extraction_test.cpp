#include "probe/checks/extraction.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using probe::extraction;
using probe::item_choice;

extraction json(std::string_view pointer) {
  extraction out;
  out.json = probe::json_pointer::parse(pointer);
  return out;
}

probe::pattern regex(const char* text) {
  std::string why;
  return *probe::pattern::compile(text, why);
}

/// The value, or `(why there is none)`.
std::string taken(const extraction& from, const probe::seen& answer, std::uint64_t seed = 1) {
  core::random_source random(seed);
  std::string why;
  return extract(from, answer, random, why).value_or("(" + why + ")");
}

probe::seen body(std::string text) {
  probe::seen out;
  out.status = 200;
  out.body = std::move(text);
  return out;
}

TEST(extraction, takes_scalars_as_text) {
  const auto a = body(R"({"s":"x","i":-5,"u":18446744073709551615,"d":71.2,"b":true})");
  EXPECT_EQ(taken(json("/s"), a), "x");
  EXPECT_EQ(taken(json("/i"), a), "-5");
  EXPECT_EQ(taken(json("/u"), a), "18446744073709551615");
  EXPECT_EQ(taken(json("/d"), a), "71.2");
  EXPECT_EQ(taken(json("/b"), a), "true");
}

TEST(extraction, what_is_no_scalar_is_no_variable) {
  const auto a = body(R"({"n":null,"l":[1],"o":{}})");
  EXPECT_EQ(taken(json("/n"), a), "(/n is null, and so no variable)");
  EXPECT_EQ(taken(json("/l"), a), "(/l is array of 1, and so no variable)");
  EXPECT_EQ(taken(json("/x"), a), "(/x is missing)");
  EXPECT_EQ(taken(json("/x"), body("no")), "(the body is no JSON: \"no\")");
}

TEST(extraction, picks_an_item) {
  const auto a = body(R"({"items":[{"id":"a"},{"id":"b"},{"id":"c"}],"none":[]})");
  auto e = json("/items");
  e.item = probe::json_pointer::parse("/id");
  e.pick = item_choice::first;
  EXPECT_EQ(taken(e, a), "a");
  e.pick = item_choice::last;
  EXPECT_EQ(taken(e, a), "c");
  e.pick = item_choice::random;
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed) seen.insert(taken(e, a, seed));
  EXPECT_EQ(seen, (std::set<std::string>{"a", "b", "c"}));
  e.json = probe::json_pointer::parse("/none");
  EXPECT_EQ(taken(e, a), "(nothing to pick from: array of 0)");
}

TEST(extraction, takes_headers_and_parts_of_them) {
  auto a = body("");
  a.headers = {{"Location", "/v1/messages/42?x=1"}};
  extraction e;
  e.header = "location";
  EXPECT_EQ(taken(e, a), "/v1/messages/42?x=1");
  e.regex = regex("/messages/(\\d+)");
  EXPECT_EQ(taken(e, a), "42");
  e.regex = regex("nothing");
  EXPECT_EQ(taken(e, a), "(nothing does not match \"/v1/messages/42?x=1\")");
  e.header = "etag";
  EXPECT_EQ(taken(e, a), "(header etag is missing)");
}

TEST(extraction, a_pattern_alone_searches_the_body) {
  extraction e;
  e.regex = regex("token=([a-z]+)");
  EXPECT_EQ(taken(e, body("<a href='?token=abc'>")), "abc");
}

TEST(extraction, a_value_beyond_its_bound_is_none) {
  extraction e;
  e.regex = regex(".*");
  EXPECT_EQ(taken(e, body(std::string(probe::longest_variable, 'x'))).size(), 4096u);
  EXPECT_EQ(taken(e, body(std::string(5000, 'x'))),
            "(the value has 5000 bytes, more than a variable may have)");
}

}  // namespace
