#include "probe/replay/bundle.hpp"
#include "probe/replay/bundle_diff.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

/// A bundle that is read is written as one that reads alike, compares with itself as the same, and
/// has an id that can be a file's name; what is refused says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  std::string wrong;
  const auto read = probe::parse_bundle(text, wrong);
  if (!read) {
    require(!wrong.empty());
    return 0;
  }
  require(wrong.empty());
  require(read->id.empty() || probe::is_bundle_id(read->id));
  require(read->id.find('/') == std::string::npos);
  const auto written = probe::to_json(*read);
  const auto again = probe::parse_bundle(written, wrong);
  require(again.has_value());
  require(probe::to_json(*again) == written);
  require(!probe::entry_json(*read).empty());
  const auto diff = probe::compare_bundles(*again, *again);
  for (const auto& step : diff.steps) require(step.body.empty() && step.headers.empty());
  require(!probe::diff_text(diff).empty() && !probe::diff_json(diff).empty());
  return 0;
}
