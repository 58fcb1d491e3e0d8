#include "slo/rules/rule_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/evidence/loaded_rules.hpp"
#include "slo/rules/rule_reader.hpp"
#include "slo/rules/rule_yaml.hpp"

namespace {

using slo::rule;
using slo::rule_group;
using testing::HasSubstr;

rule record(const std::string& name, const std::string& expression) {
  return {rule::kind::record, name, expression, {}, {{"slo_id", "web"}, {"window", "5m"}}, {}};
}

rule alert(const std::string& expression) {
  return {rule::kind::alert,
          "Burn",
          expression,
          "10m",
          {{"slo_id", "web"}, {"severity", "critical"}},
          {{"summary", "It's burning: \"fast\"."}, {"description", "In {{ $value }}."}}};
}

std::vector<rule_group> deployed() {
  return {{"slo-web", "1m", {record("a", "sum(\n  x\n)"), record("b", "a[1h]"), alert("b > 1")}}};
}

TEST(rule_difference, there_is_none_between_the_same_rules) {
  const auto found = slo::compare(deployed(), deployed());
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(found.same, 3u);
  EXPECT_EQ(slo::difference_text(found), "0 added, 0 removed, 0 changed, 3 as deployed\n");
}

TEST(rule_difference, spelling_and_the_order_of_labels_do_not_count) {
  auto generated = deployed();
  generated[0].interval = "60s";
  generated[0].rules[0].expression = "sum(x)";
  std::swap(generated[0].rules[0].labels[0], generated[0].rules[0].labels[1]);
  generated[0].rules[2].hold = "600s";
  EXPECT_TRUE(slo::compare(deployed(), generated).empty());
}

TEST(rule_difference, names_what_is_added_removed_and_changed) {
  auto generated = deployed();
  generated[0].rules[1].expression = "a[2h]";
  generated[0].rules[2].annotations[0].second = "Another one.";
  generated[0].rules[2].hold = "5m";
  generated[0].rules[0] = record("c", "x");
  EXPECT_EQ(slo::difference_text(slo::compare(deployed(), generated)),
            "+ slo-web  c{slo_id=\"web\",window=\"5m\"}\n"
            "~ slo-web  b{slo_id=\"web\",window=\"5m\"}\n"
            "    expr:\n"
            "      - a[1h]\n"
            "      + a[2h]\n"
            "~ slo-web  Burn{slo_id=\"web\",severity=\"critical\"}\n"
            "    for:\n"
            "      - 10m\n"
            "      + 5m\n"
            "    annotation summary:\n"
            "      - It's burning: \"fast\".\n"
            "      + Another one.\n"
            "- slo-web  a{slo_id=\"web\",window=\"5m\"}\n"
            "1 added, 1 removed, 2 changed, 0 as deployed\n");
}

TEST(rule_difference, a_groups_interval_order_and_name_count) {
  auto generated = deployed();
  generated[0].interval = "5m";
  std::swap(generated[0].rules[0], generated[0].rules[1]);
  const auto text = slo::difference_text(slo::compare(deployed(), generated));
  EXPECT_THAT(text, testing::StartsWith("~ slo-web\n    interval:\n      - 1m\n      + 5m\n"
                                        "    order:\n"));
  auto moved = deployed();
  moved[0].name = "slo-web-slow";
  EXPECT_EQ(slo::compare(deployed(), moved).count(slo::rule_change::kind::changed), 3u);
}

TEST(rule_difference, is_json_too) {
  auto generated = deployed();
  generated[0].rules[1].expression = "a[2h]";
  EXPECT_EQ(slo::difference_json(slo::compare(deployed(), generated)),
            R"({"same":2,"added":0,"removed":0,"changed":1,"changes":[{"change":"changed",)"
            R"("group":"slo-web","name":"b","labels":{"slo_id":"web","window":"5m"},)"
            R"("properties":[{"property":"expr","deployed":"a[1h]","generated":"a[2h]"}]}]})");
}

TEST(rule_reader, reads_back_what_is_written_in_both_formats) {
  for (const auto& text : {slo::rule_file_yaml(deployed()),
                           slo::prometheus_rule_yaml(deployed(), {"slo-web", "shop", {}})}) {
    core::problems found;
    const auto file = core::document::parse("rules.yaml", text, found);
    const auto groups = slo::read_rule_groups(file, found);
    EXPECT_EQ(found.to_string(), "");
    const auto difference = slo::compare(groups, deployed());
    EXPECT_EQ(slo::difference_text(difference), "0 added, 0 removed, 0 changed, 3 as deployed\n");
  }
}

TEST(rule_reader, says_when_there_are_no_groups) {
  core::problems found;
  const auto file = core::document::parse("a.yaml", "kind: Secret\n", found);
  EXPECT_TRUE(slo::read_rule_groups(file, found).empty());
  EXPECT_THAT(found.to_string(), HasSubstr("a.yaml:1:1: there are no rule groups"));
}

constexpr const char* loaded = R"json({"status":"success","data":{"groups":[{"name":"slo-web",
  "file":"/rules/web.rules.yaml","interval":60,"limit":0,"rules":[
  {"name":"a","query":"sum(x)","labels":{"slo_id":"web","window":"5m"},"health":"ok",
   "evaluationTime":0.001,"lastEvaluation":"2026-01-01T00:00:00Z","type":"recording"},
  {"name":"b","query":"a[1h]","labels":{"slo_id":"web","window":"5m"},"health":"ok","type":"recording"},
  {"state":"inactive","name":"Burn","query":"b > 1","duration":600,"keepFiringFor":0,
   "labels":{"severity":"critical","slo_id":"web"},"annotations":{
   "summary":"It's burning: \"fast\".","description":"In {{ $value }}."},"alerts":[],
   "health":"ok","type":"alerting"}]}]}})json";

TEST(loaded_rules, are_read_from_the_api) {
  const auto groups = slo::parse_loaded_rules(loaded);
  ASSERT_TRUE(groups.has_value()) << groups.error();
  const auto found = slo::compare(*groups, deployed());
  EXPECT_TRUE(found.empty()) << slo::difference_text(found);
}

TEST(loaded_rules, every_truncation_is_an_error) {
  const std::string_view whole = loaded;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_TRUE(slo::parse_loaded_rules(whole.substr(0, length)).has_error()) << length;
  }
}

TEST(loaded_rules, what_is_not_as_documented_is_named) {
  EXPECT_EQ(slo::parse_loaded_rules(R"({"status":"error","error":"no"})").error(), "no");
  EXPECT_EQ(slo::parse_loaded_rules(R"({"status":"success","data":{}})").error(),
            "there is no groups");
  EXPECT_EQ(slo::parse_loaded_rules(
                R"({"status":"success","data":{"groups":[{"name":"g","interval":-1,"rules":[]}]}})")
                .error(),
            "interval is out of range");
  EXPECT_EQ(slo::parse_loaded_rules(R"({"status":"success","data":{"groups":[{"name":"g",
                "interval":1,"rules":[{"type":"other"}]}]}})")
                .error(),
            "a rule's type is other");
}

}  // namespace
