#include <string>

#include "sidecar/proxy/stale_answer.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

/// A line of `Cache-Status` and one of `Warning`: another member behind them changes nothing, where
/// they are whole lists.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto status = fuzz::take_until(rest), warning = fuzz::take_until(rest);
  const bool old = sidecar::has_negative_ttl(status), warned = sidecar::warns_of_staleness(warning);
  core::http_fields fields;
  fields.add({"Cache-Status", status});
  fields.add({"Warning", warning});
  require(sidecar::is_stale(fields) == (old || warned));
  const auto whole = [](std::string_view text) { return text.find('"') == text.npos; };
  if (whole(status)) require(sidecar::has_negative_ttl(std::string(status) + ", x; ttl=-1"));
  if (whole(warning)) require(sidecar::warns_of_staleness(std::string(warning) + ", 110 - \"x\""));
  return 0;
}
