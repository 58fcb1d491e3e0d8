#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "slo/metric_query.hpp"

/// What is understood is written in a form that is understood alike; a problem lies in the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = slo::parse_metric_query(text);
  if (query.has_error()) {
    if (query.error().offset > size || query.error().what.empty()) std::abort();
    return 0;
  }
  const auto again = slo::parse_metric_query(query->counter.to_string());
  if (!again.has_value() || !(again->counter == query->counter)) std::abort();
  return 0;
}
