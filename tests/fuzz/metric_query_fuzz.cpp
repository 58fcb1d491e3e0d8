#include <algorithm>

#include "slo/model/query_text.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

/// What is understood is written in a form that is understood alike; a problem lies in the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto broken = slo::check_query_text(text);
  require(!broken || (broken->offset <= size && !broken->what.empty()));
  const auto query = slo::parse_metric_query(text);
  if (query.has_error()) {
    require(query.error().offset <= size && !query.error().what.empty());
    return 0;
  }
  // What is followed to its counter is a whole query.
  require(!broken);
  require(std::is_sorted(query->grouping.begin(), query->grouping.end()));
  const auto again = slo::parse_metric_query(query->counter.to_string());
  require(again.has_value() && again->counter == query->counter && !again->windowed);
  return 0;
}
