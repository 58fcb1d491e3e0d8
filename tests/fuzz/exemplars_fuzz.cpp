#include <cmath>

#include "slo/evidence/exemplars.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/unit/slo_example.hpp"

using fuzz::require;

/// What is read has a trace, a time in range and labels in order; anything else is told in words.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = slo::parse_exemplars(fuzz::text_of(data, size));
  if (read.has_error()) {
    require(!read.error().empty());
    return 0;
  }
  static const auto objective = slo::tests::example();
  for (const auto& e : *read) {
    require(!e.trace_id.empty());
    require(std::abs(static_cast<double>(e.at)) <= 1e15);
    for (std::size_t i = 1; i < e.series.size(); ++i)
      require(e.series[i - 1].first <= e.series[i].first);
    (void)slo::shows_failure(e, objective);
  }
  return 0;
}
