#include "core/command_line.hpp"

#include <gtest/gtest.h>

namespace {

using core::command_line;

struct outcome {
  std::optional<int> code;
  std::string out, err;
};

outcome parse(command_line& line, std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "/usr/bin/remora-test");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  outcome o;
  o.code = line.parse(static_cast<int>(arguments.size()), arguments.data());
  o.out = testing::internal::GetCapturedStdout();
  o.err = testing::internal::GetCapturedStderr();
  return o;
}

/// A program with everything a program of ours has.
struct sample {
  command_line line{"remora-test", "1.2.3", "Tests command lines."};
  std::string config;
  bool check = false;
  std::optional<long> iterations;
  std::optional<std::string> duration;
  std::vector<std::string> targets, files;

  sample() {
    line.root().option("--config", config, "File.").flag("--check-config", check, "Only check.");
    line.subcommand("serve", "Serves.");
    line.subcommand("run", "Runs once.")
        .option("--iterations,-n", iterations, "How often.")
        .option("--duration", duration, "How long.")
        .option("--target", targets, "NAME=URL.")
        .positional("FILE", files, "Scenarios.");
  }
};

TEST(command_line, reads_options_flags_and_positionals) {
  sample s;
  EXPECT_EQ(parse(s.line, {"run", "a.yaml", "--target", "base=http://a", "b.yaml", "--target=x=y",
                           "-n", "3"})
                .code,
            std::nullopt);
  EXPECT_EQ(s.line.chosen(), "run");
  EXPECT_EQ(s.files, (std::vector<std::string>{"a.yaml", "b.yaml"}));
  EXPECT_EQ(s.targets, (std::vector<std::string>{"base=http://a", "x=y"}));
  EXPECT_EQ(s.iterations, 3);
  EXPECT_EQ(s.duration, std::nullopt);
  EXPECT_FALSE(s.check);
}

TEST(command_line, options_of_the_program_may_stand_on_both_sides_of_the_command) {
  sample before, behind;
  EXPECT_EQ(parse(before.line, {"--config", "c.yaml", "serve"}).code, std::nullopt);
  EXPECT_EQ(parse(behind.line, {"serve", "--config", "c.yaml", "--check-config"}).code,
            std::nullopt);
  EXPECT_EQ(before.config, "c.yaml");
  EXPECT_EQ(behind.config, "c.yaml");
  EXPECT_TRUE(behind.check);
}

TEST(command_line, help_and_version_end_with_0) {
  sample help, version, command_help;
  const auto h = parse(help.line, {"--help"});
  EXPECT_EQ(h.code, core::exit_pass);
  EXPECT_NE(h.out.find("Tests command lines."), std::string::npos);
  EXPECT_NE(h.out.find("--check-config"), std::string::npos);
  const auto v = parse(version.line, {"--version"});
  EXPECT_EQ(v.code, core::exit_pass);
  EXPECT_EQ(v.out, "remora-test 1.2.3\n");
  const auto c = parse(command_help.line, {"run", "--help"});
  EXPECT_EQ(c.code, core::exit_pass);
  EXPECT_NE(c.out.find("--iterations"), std::string::npos);
}

TEST(command_line, a_program_without_commands_needs_none) {
  command_line line("remora-test", "1", "");
  std::string config;
  line.root().option("--config", config, "File.");
  EXPECT_EQ(parse(line, {}).code, std::nullopt);
  EXPECT_EQ(line.chosen(), "");
}

TEST(command_line, a_flag_may_have_a_value_and_never_takes_what_stands_behind_it) {
  for (const auto& [given, expected] :
       {std::pair{"--json", "true"}, std::pair{"--json=out.json", "out.json"}}) {
    command_line line("remora-test", "1", "");
    std::optional<std::string> json;
    std::vector<std::string> paths;
    line.root().flag("--json", json, "JSON.").positional("paths", paths, "Files.");
    EXPECT_EQ(parse(line, {given, "file"}).code, std::nullopt);
    EXPECT_EQ(json, expected);
    EXPECT_EQ(paths, std::vector<std::string>{"file"});
  }
}

TEST(command_line, a_command_may_have_commands) {
  const auto chosen = [](std::vector<const char*> arguments, std::vector<std::string>& paths) {
    command_line line("remora-test", "1", "");
    std::vector<std::string> of_plan;
    line.subcommand("gate", "Decides.").positional("paths", paths, "Files.", false);
    line.subcommand("gate plan", "Plans.").positional("paths", of_plan, "Files.");
    EXPECT_EQ(parse(line, std::move(arguments)).code, std::nullopt);
    if (!of_plan.empty()) paths = of_plan;
    return line.chosen();
  };
  std::vector<std::string> paths;
  EXPECT_EQ(chosen({"gate", "a"}, paths), "gate");
  EXPECT_EQ(chosen({"gate", "plan", "b"}, paths), "gate plan");
  EXPECT_EQ(paths, std::vector<std::string>{"b"});
}

struct wrong_usage {
  const char* name;
  std::vector<const char*> arguments;
  const char* said;
};

class wrong_command_line : public testing::TestWithParam<wrong_usage> {};

TEST_P(wrong_command_line, is_explained_and_gives_64) {
  sample s;
  const auto o = parse(s.line, GetParam().arguments);
  EXPECT_EQ(o.code, core::exit_usage);
  EXPECT_NE(o.err.find(GetParam().said), std::string::npos) << o.err;
  EXPECT_EQ(o.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    cases, wrong_command_line,
    testing::Values(wrong_usage{"no_command", {}, "subcommand is required"},
                    wrong_usage{"unknown_command", {"walk"}, "walk"},
                    wrong_usage{"two_commands", {"serve", "run", "f"}, "run"},
                    wrong_usage{"unknown_option", {"serve", "--colour"}, "--colour"},
                    wrong_usage{"missing_value", {"serve", "--config"}, "--config"},
                    wrong_usage{"missing_positional", {"run"}, "FILE is required"},
                    wrong_usage{"number_wanted", {"run", "f", "-n", "many"}, "many"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
