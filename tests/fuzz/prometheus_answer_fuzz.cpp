#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "slo/prometheus_answer.hpp"

/// An answer is series with samples in order, or an error in words.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto answer = slo::parse_prometheus_answer({reinterpret_cast<const char*>(data), size});
  if (answer.has_error()) return 0;
  for (const auto& series : *answer) {
    for (std::size_t i = 1; i < series.samples.size(); ++i) {
      if (series.samples[i - 1].at >= series.samples[i].at) std::abort();
    }
  }
  return 0;
}
