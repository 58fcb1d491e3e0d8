#include "probe/format/file_schema.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "probe/format/scenario.hpp"

namespace {

namespace json = boost::json;

const json::value& at(const json::value& from, std::string_view pointer) {
  return from.at_pointer(pointer);
}

TEST(scenario_schema, is_of_draft_2020_12_and_strict) {
  const auto schema = json::parse(probe::scenario_schema());
  EXPECT_EQ(at(schema, "/$schema"), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(at(schema, "/additionalProperties"), false);
  EXPECT_EQ(at(schema, "/properties/steps/items/additionalProperties"), false);
  EXPECT_EQ(at(schema, "/required"), (json::array{"name", "steps"}));
}

TEST(scenario_schema, wants_one_kind_of_check_a_step_and_knows_all_there_are) {
  const auto schema = json::parse(probe::scenario_schema());
  for (const char* list : {"steps", "always"}) {
    const auto& step = schema.at("properties").at(list).at("items");
    const auto& choices = step.at("oneOf").as_array();
    ASSERT_EQ(choices.size(), probe::kind_names().size());
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const char* kind = probe::kind_names()[i];
      EXPECT_EQ(choices[i].at("required"), json::array{kind});
      EXPECT_TRUE(step.at("properties").as_object().contains(kind)) << kind;
    }
  }
}

TEST(scenario_schema, says_what_every_field_is_for) {
  const auto schema = json::parse(probe::scenario_schema());
  for (const auto& [name, field] : schema.at("properties").as_object())
    EXPECT_FALSE(field.at("description").as_string().empty()) << name;
}

TEST(config_schema, knows_the_parts_of_a_configuration) {
  const auto schema = json::parse(probe::config_schema());
  for (const char* name : {"scenarios", "targets", "secrets", "signing", "admin", "otlp"})
    EXPECT_TRUE(schema.at("properties").as_object().contains(name)) << name;
  EXPECT_EQ(at(schema, "/properties/scenarios/minItems"), 1);
}

TEST(schemas, are_written_the_same_each_time) {
  EXPECT_EQ(probe::scenario_schema(), probe::scenario_schema());
  EXPECT_TRUE(probe::scenario_schema().ends_with("}\n"));
}

}  // namespace
