#include "slo/model/metric_query.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

/// What is understood is written in a form that is understood alike; a problem lies in the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto query = slo::parse_metric_query(fuzz::text_of(data, size));
  if (query.has_error()) {
    require(query.error().offset <= size && !query.error().what.empty());
    return 0;
  }
  const auto again = slo::parse_metric_query(query->counter.to_string());
  require(again.has_value() && again->counter == query->counter && !again->windowed);
  return 0;
}
