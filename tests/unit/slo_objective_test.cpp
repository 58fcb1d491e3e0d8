#include "slo/model/objective.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/slo_example.hpp"

namespace {

using testing::HasSubstr;

slo::slo_document slo_named(const std::string& name, const char* target = "0.99") {
  slo::slo_document out;
  out.meta.name = name;
  out.service.name = "shop";
  out.sli = slo::indicator{{}, {}, slo::tests::example().sli};
  out.period = slo::tests::example().period;
  out.objectives.emplace_back().target = *slo::decimal::parse(target);
  return out;
}

slo::service_document service_named(const std::string& name) {
  slo::service_document out;
  out.meta.name = name;
  return out;
}

TEST(resolve, an_slo_with_one_objective_is_called_by_its_name) {
  core::problems found;
  const auto objectives = slo::resolve({{service_named("shop")}, {}, {slo_named("web")}}, found);
  EXPECT_EQ(found.to_string(), "");
  ASSERT_EQ(objectives.size(), 1u);
  EXPECT_EQ(objectives[0].id, "web");
  EXPECT_EQ(objectives[0].display_name, "web");
  EXPECT_EQ(objectives[0].budget().to_string(), "0.01");
}

TEST(resolve, further_objectives_are_numbered) {
  auto slo = slo_named("web");
  auto& further = slo.objectives.emplace_back();
  further.display_name = "Nearly all";
  further.target = *slo::decimal::parse("0.999");
  core::problems found;
  const auto objectives = slo::resolve({{}, {}, {slo}}, found);
  ASSERT_EQ(objectives.size(), 2u);
  EXPECT_EQ(objectives[1].id, "web-2");
  EXPECT_EQ(objectives[1].display_name, "web, Nearly all");
}

TEST(resolve, ids_are_never_shared) {
  auto slo = slo_named("web");
  slo.objectives.push_back(slo.objectives.front());
  core::problems found;
  slo::resolve({{}, {}, {slo, slo_named("web-2")}}, found);
  EXPECT_THAT(found.to_string(), HasSubstr("the SLOs web and web-2 would share the id web-2"));
}

TEST(resolve, references_must_lead_somewhere) {
  auto slo = slo_named("web");
  slo.sli = slo::reference{"latency", {}};
  slo.service.name = "stop";
  core::problems found;
  slo::resolve({{service_named("shop")}, {}, {slo}}, found);
  EXPECT_THAT(found.to_string(), HasSubstr("there is no SLI named latency"));
  EXPECT_THAT(found.to_string(), HasSubstr("there is no Service named stop (expected shop)"));
}

TEST(resolve, an_sli_document_can_be_referred_to) {
  auto slo = slo_named("web");
  slo.sli = slo::reference{"latency", {}};
  slo::sli_document sli;
  sli.value = {{}, {}, slo::tests::example().sli};
  sli.value.meta.name = "latency";
  core::problems found;
  EXPECT_EQ(slo::resolve({{}, {sli}, {slo}}, found).size(), 1u);
  EXPECT_EQ(found.to_string(), "");
}

TEST(resolve, names_are_unique) {
  core::problems found;
  slo::resolve({{}, {}, {slo_named("web"), slo_named("web")}}, found);
  EXPECT_THAT(found.to_string(), HasSubstr("there is another SLO named web"));
}

TEST(resolve, an_alert_that_can_never_fire_is_refused) {
  core::problems found;
  slo::resolve({{}, {}, {slo_named("web", "0.92")}}, found);
  EXPECT_THAT(found.to_string(), HasSubstr("the alert on 1h could never fire: 13.44 times the "
                                           "budget of 0.08 is more than all events (expected a "
                                           "target above 0.9256)"));
  core::problems none;
  slo::resolve({{}, {}, {slo_named("web", "0.93")}}, none);
  EXPECT_EQ(none.to_string(), "");
}

TEST(load_objectives, reads_the_files_of_this_deployment) {
  core::problems found;
  const auto objectives = slo::load_objectives({REMORA_SOURCE_DIR "/slo/objectives"}, found);
  EXPECT_EQ(found.to_string(), "");
  std::vector<std::string> ids;
  for (const auto& o : objectives) ids.push_back(o.id);
  EXPECT_THAT(ids, testing::ElementsAre("critical-path", "ingestion-freshness",
                                        "securities-availability", "securities-latency"));
}

TEST(load_objectives, a_path_that_does_not_exist_is_a_problem) {
  core::problems found;
  slo::load_objectives({"/nowhere/at-all.yaml"}, found);
  EXPECT_THAT(found.to_string(), HasSubstr("/nowhere/at-all.yaml"));
}

}  // namespace
