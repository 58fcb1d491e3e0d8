#include "probe/discovery/file_sd.hpp"

#include <gtest/gtest.h>

namespace {

using probe::found_target;

std::vector<found_target> parse(std::string_view text) {
  core::problems found;
  auto out = probe::parse_file_sd("targets.json", text, found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  return out;
}

std::string problem_of(std::string_view text) {
  core::problems found;
  probe::parse_file_sd("t.json", text, found);
  return found.to_string();
}

TEST(parse_file_sd, reads_the_json_that_prometheus_reads) {
  EXPECT_EQ(
      parse(R"([
    {"targets": ["10.0.0.1:9100", "[::1]:80"], "labels": {"zone": "a", "__scheme__": "https"}},
    {"targets": ["db.example:5432"]},
    {"targets": []}])"),
      (std::vector<found_target>{{{"10.0.0.1", 9100}, "", {{"zone", "a"}, {"__scheme__", "https"}}},
                                 {{"::1", 80}, "", {{"zone", "a"}, {"__scheme__", "https"}}},
                                 {{"db.example", 5432}, "", {}}}));
}

TEST(parse_file_sd, reads_yaml_and_an_empty_list) {
  EXPECT_EQ(parse("- targets: [a:1]\n  labels:\n    zone: b\n").size(), 1u);
  EXPECT_EQ(parse("[]").size(), 0u);
  EXPECT_EQ(parse("").size(), 0u);
}

TEST(parse_file_sd, names_every_problem_with_its_place) {
  EXPECT_EQ(problem_of("[{\"targets\": [\"a:1\"], \"label\": {}},\n {\"labels\": {}},\n"
                       " {\"targets\": [\"no port\", \":80\", \"b:2\"]}]"),
            "t.json:1:23: unknown key \"label\" (expected targets or labels)\n"
            "t.json:2:2: a group without targets (expected targets: [host:port])\n"
            "t.json:3:15: \"no port\" is no target (expected host:port)\n"
            "t.json:3:26: \":80\" is no target (expected host:port)\n");
  EXPECT_NE(problem_of("{}").find("a list of groups"), std::string::npos);
  EXPECT_NE(problem_of("[1]").find("a group with targets"), std::string::npos);
  EXPECT_NE(problem_of("[{\"targets\": \"a:1\"}]").find("a list of host:port"), std::string::npos);
  EXPECT_NE(problem_of("[{\"targets\": [], \"labels\": []}]").find("a map"), std::string::npos);
  EXPECT_NE(
      problem_of("[{\"targets\": [], \"labels\": {\"a\": [1]}}]").find("the value of a label"),
      std::string::npos);
  EXPECT_FALSE(problem_of("[{\"targets\"").empty());
}

}  // namespace
