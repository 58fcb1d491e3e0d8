// Writes the rules and unit tests of all synthetic SLOs: write-synthetic-slos RULES TESTS
// [sloth], under sloth's names too.
#include <cstdio>
#include <string_view>

#include "slo/rules/generated_files.hpp"
#include "slo/rules/refusals.hpp"
#include "tests/rules/slo/synthetic_objectives.hpp"

int main(int argc, char** argv) {
  const bool sloth = argc == 4 && std::string_view(argv[3]) == "sloth";
  if (argc != 3 && !sloth) {
    std::fprintf(stderr, "usage: %s RULES TESTS [sloth]\n", argv[0]);
    return 64;
  }
  const auto objectives = slo::tests::synthetic_objectives();
  for (const auto& reason : slo::refused_for_rules(objectives)) {
    std::fprintf(stderr, "%s\n", reason.c_str());
    return 65;
  }
  const slo::generation_folders to{argv[1], argv[2]};
  const auto names = sloth ? slo::rule_names::sloth : slo::rule_names::remora;
  const auto generated = slo::generate(objectives, {to, slo::rule_format::rules, names});
  slo::write_generation(generated, to);
  for (const auto& note : generated.notes) std::printf("%s\n", note.c_str());
  return 0;
}
