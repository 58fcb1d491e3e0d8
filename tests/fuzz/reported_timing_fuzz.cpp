#include <string>
#include <vector>

#include "probe/verdict/server_timing.hpp"
#include "sidecar/proxy/server_timing.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;
using namespace std::chrono_literals;

namespace {

/// A field's value as the parser of heads lets it through.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

}  // namespace

/// What an application reports in Server-Timing stays below what the sidecar measured: the probe
/// reads `proxy`, `app` and the sidecar's own calls as they are, and all else as `dep-…`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reported = fuzz::text_of(data, size);
  if (!is_field_value(reported)) return 0;
  sidecar::exchange_record record;
  record.received = core::instant(10s);
  record.forwarded = record.received + 1ms;
  record.answered = record.received + 21ms;
  record.app_timing = reported;
  const std::vector<sidecar::dependency_call> calls{{"scores", 5ms, "status_503"}};
  const auto text = sidecar::render_server_timing(record, record.answered, calls);
  require(is_field_value(text));

  const auto seen = probe::server_timing::parse(text);
  require(seen.entries().size() >= 3);
  require(seen.entries()[0].name == "proxy" && seen.entries()[0].took == 1ms);
  require(seen.entries()[1].name == "app" && seen.entries()[1].took == 20ms);
  require(seen.entries()[2].name == "dep-scores" && seen.entries()[2].took == 5ms);
  for (std::size_t i = 2; i < seen.entries().size(); ++i)
    require(seen.entries()[i].name.starts_with("dep-"));
  require(seen.failed_dependency() == &seen.entries()[2]);
  require(seen.slowest_dependency() != nullptr);
  return 0;
}
