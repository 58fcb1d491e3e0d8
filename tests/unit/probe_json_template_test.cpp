#include "probe/format/json_template.hpp"

#include <gtest/gtest.h>

namespace {

std::optional<std::string> nothing(const std::string&) {
  return std::nullopt;
}

struct reading {
  core::problems found;
  core::environment env = nothing;
  core::document document;
  probe::json_template value;

  explicit reading(std::string_view yaml) : document(core::document::parse("t.yaml", yaml, found)) {
    core::reading r{found, env, ""};
    value = probe::json_template::from_node(document.roots().at(0), r);
  }
  std::string json() const {
    std::string missing;
    return value
        .render(
            [](const probe::template_reference& r) -> std::optional<std::string> {
              if (r.name == "none") return std::nullopt;
              return "<" + r.name + "\">";
            },
            missing)
        .value_or("missing " + missing);
  }
};

TEST(json_template, plain_scalars_are_what_json_says_they_are) {
  EXPECT_EQ(reading("[1, -2.5e3, true, false, null, ~, text, 0x1f, 01, .5, +1, yes]").json(),
            R"([1,-2.5e3,true,false,null,null,"text","0x1f","01",".5","+1","yes"])");
}

TEST(json_template, quoted_scalars_are_strings) {
  EXPECT_EQ(reading(R"(["1", 'true', "null"])").json(), R"(["1","true","null"])");
}

TEST(json_template, keeps_the_order_of_members) {
  EXPECT_EQ(reading("{z: 1, a: {m: [x]}}").json(), R"({"z":1,"a":{"m":["x"]}})");
}

TEST(json_template, a_value_is_escaped_into_its_string) {
  EXPECT_EQ(reading(R"({k: "a ${v}"})").json(), R"({"k":"a <v\">"})");
}

TEST(json_template, says_which_reference_has_no_value) {
  EXPECT_EQ(reading("[ok, '${none}']").json(), "missing none");
}

TEST(json_template, a_bad_reference_is_a_problem_with_its_place) {
  const reading r("a: 1\nb: ['x', '${b.c}']\n");
  ASSERT_EQ(r.found.list().size(), 1u);
  EXPECT_EQ(r.found.list()[0].line, 2);
  EXPECT_EQ(r.found.list()[0].column, 10);
}

}  // namespace
