#include "slo/evidence/run_results.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/unit/slo_example.hpp"

using fuzz::require;

/// Results that are read are evidence whose bad events are some of its events.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = slo::parse_run_results(fuzz::text_of(data, size));
  if (read.has_error()) {
    require(!read.error().empty());
    return 0;
  }
  require(read->from <= read->to && read->ran <= read->scheduled);
  for (const auto& one : read->series) require(one.value >= 0);
  static const auto objective = slo::tests::example();
  const auto e = slo::run_evidence(objective, *read);
  require(e.counts.bad >= 0 && e.counts.bad <= e.counts.events);
  require(e.coverage >= 0 && e.coverage <= 1);
  return 0;
}
