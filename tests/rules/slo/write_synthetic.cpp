// Writes the rules and unit tests of all synthetic SLOs: write-synthetic-slos RULES TESTS
#include <cstdio>

#include "slo/rules/generated_files.hpp"
#include "slo/rules/refusals.hpp"
#include "tests/rules/slo/synthetic_objectives.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s RULES TESTS\n", argv[0]);
    return 64;
  }
  const auto objectives = slo::tests::synthetic_objectives();
  for (const auto& reason : slo::refused_for_rules(objectives)) {
    std::fprintf(stderr, "%s\n", reason.c_str());
    return 65;
  }
  const slo::generation_folders to{argv[1], argv[2]};
  const auto generated = slo::generate(objectives, {to});
  slo::write_generation(generated, to);
  for (const auto& note : generated.notes) std::printf("%s\n", note.c_str());
  return 0;
}
