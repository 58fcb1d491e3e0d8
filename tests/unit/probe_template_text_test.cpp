#include "probe/format/template_text.hpp"

#include <gtest/gtest.h>

namespace {

using probe::reference_kind;
using probe::template_reference;
using probe::template_text;

std::optional<std::string> named(const template_reference& r) {
  switch (r.kind) {
    case reference_kind::target: return "T(" + r.name + ")";
    case reference_kind::secret: return "S(" + r.name + ")";
    case reference_kind::endpoint: return "E(" + r.name + ")";
    case reference_kind::match: return "M(" + r.name + ")";
    case reference_kind::uuid: return "U";
    case reference_kind::variable:
      if (r.name == "unset") return std::nullopt;
      return "V(" + r.name + ")";
  }
  return std::nullopt;
}

std::string rendered(std::string_view text) {
  std::string why, missing;
  const auto parsed = template_text::parse(text, why);
  if (!parsed) return "invalid: " + why;
  return parsed->render(named, missing).value_or("missing: " + missing);
}

struct template_case {
  const char* name;
  const char* text;
  const char* result;
};
class template_rendering : public testing::TestWithParam<template_case> {};
TEST_P(template_rendering, replaces_references) {
  EXPECT_EQ(rendered(GetParam().text), GetParam().result);
}
INSTANTIATE_TEST_SUITE_P(
    texts, template_rendering,
    testing::Values(
        template_case{"empty", "", ""}, template_case{"plain", "a b", "a b"},
        template_case{"every_kind", "${target.base}/${x_1}?k=${secret.key}&id=${uuid}",
                      "T(base)/V(x_1)?k=S(key)&id=U"},
        template_case{"groups_of_a_match", "${match.1}${match.host}", "M(1)M(host)"},
        template_case{"no_group", "${match.}", "invalid: `${match.}` is no reference"},
        template_case{"a_dollar_alone", "$5 and $", "$5 and $"},
        template_case{"escaped", "$${x} is ${x}", "${x} is V(x)"},
        template_case{"adjacent", "${a}${b}", "V(a)V(b)"},
        template_case{"not_set_yet", "x${unset}", "missing: unset"},
        template_case{"unclosed", "a${b", "invalid: `${` without its `}`"},
        template_case{"no_name", "${}", "invalid: `${}` is no reference"},
        template_case{"spaces", "${ a }", "invalid: `${ a }` is no reference"},
        template_case{"unknown_group", "${env.HOME}", "invalid: `${env.HOME}` is no reference"},
        template_case{"target_without_name", "${target.}", "invalid: `${target.}` is no reference"},
        template_case{"digit_first", "${1a}", "invalid: `${1a}` is no reference"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(template_text, lists_its_references) {
  std::string why;
  const auto parsed = template_text::parse("${a} ${secret.b}", why);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->references().size(), 2u);
  EXPECT_EQ(parsed->references()[1]->kind, reference_kind::secret);
  EXPECT_EQ(parsed->references()[1]->name, "b");
}

TEST(template_text, every_prefix_is_parsed_or_refused) {
  const std::string text = "a$${b}${target.c}$$${d}";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const bool inside_reference = size >= 8 && size <= 16;
    EXPECT_EQ(rendered(text.substr(0, size)).starts_with("invalid"), inside_reference) << size;
  }
  EXPECT_EQ(rendered(text), "a${b}T(c)$${d}");
}

}  // namespace
