#include "probe/format/bindings.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace {

probe::bindings constants() {
  probe::bindings out;
  core::parse_base_url("http://127.0.0.1:8080/api", out.targets["base"]);
  out.secrets["token"] = core::secret("hunter2");
  return out;
}

std::string render(const std::string& text, const probe::template_text::lookup& values) {
  std::string why, missing;
  return probe::template_text::parse(text, why)->render(values, missing).value_or("-" + missing);
}

TEST(bindings, secrets_are_masked_wherever_they_stand) {
  EXPECT_EQ(constants().mask("a hunter2 b hunter2"), "a <secret> b <secret>");
}

TEST(bindings, a_secret_is_masked_in_every_spelling_and_when_cut) {
  probe::bindings b;
  b.secrets["token"] = core::secret("a \"quoted\" key of 24 chars");
  EXPECT_EQ(b.mask(R"(x a \"quoted\" key of 24 chars y)"), "x <secret> y");
  EXPECT_EQ(b.mask("/a%20%22quoted%22%20key%20of%2024%20chars/z"), "/<secret>/z");
  EXPECT_EQ(b.mask("\"a \"quoted\" key…\""), "\"<secret>…\"");
  EXPECT_EQ(b.mask("a quoted key"), "a quoted key");
}

TEST(bindings, a_secret_that_looks_like_its_mask_ends) {
  probe::bindings b;
  b.secrets["token"] = core::secret("<secret>");
  EXPECT_EQ(b.mask("is <secret>"), "is <secret>");
}

TEST(bindings, an_empty_secret_masks_nothing) {
  probe::bindings b;
  b.secrets["none"] = core::secret("");
  EXPECT_EQ(b.mask("text"), "text");
}

TEST(run_values, gives_targets_secrets_and_variables) {
  const auto b = constants();
  core::random_source random(1);
  probe::run_values values(b, random);
  values.set("id", "a b");
  EXPECT_EQ(render("${target.base}/${id} ${secret.token}", values.plain()),
            "http://127.0.0.1:8080/api/a b hunter2");
  EXPECT_EQ(render("${other}", values.plain()), "-other");
}

TEST(run_values, a_variable_cannot_break_out_of_a_url) {
  const auto b = constants();
  core::random_source random(1);
  probe::run_values values(b, random);
  values.set("evil", "x HTTP/1.1\r\nHost: y#z");
  EXPECT_EQ(render("${target.base}/${evil}", values.for_url()),
            "http://127.0.0.1:8080/api/x%20HTTP/1.1%0D%0AHost:%20y%23z");
}

TEST(run_values, a_location_stays_a_path_with_its_query) {
  const auto b = constants();
  core::random_source random(1);
  probe::run_values values(b, random);
  values.set("next", "/v1/securities?after=US0378331005&limit=5");
  EXPECT_EQ(render("${next}", values.for_url()), "/v1/securities?after=US0378331005&limit=5");
}

TEST(uuid, is_of_version_4_and_new_each_time) {
  core::random_source random(7);
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  const auto a = probe::new_uuid(random), b = probe::new_uuid(random);
  EXPECT_TRUE(std::regex_match(a, form)) << a;
  EXPECT_NE(a, b);
}

}  // namespace
