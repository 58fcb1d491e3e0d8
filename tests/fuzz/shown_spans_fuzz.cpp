#include <boost/json/parse.hpp>
#include <map>
#include <string>

#include "core/otlp_encode.hpp"
#include "sidecar/pages/trace_view.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

void parses(const std::string& json) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 64;
  (void)boost::json::parse(json, error, {}, options);
  require(!error);
}

}  // namespace

/// Whatever a request holds, its spans are shown: every one once, as JSON, and all that a checked
/// request has.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = fuzz::text_of(data, size);
  const auto spans = sidecar::read_otlp_spans(body);
  if (const auto checked = core::inspect_export_request(body))
    require(spans.size() == checked->spans);
  std::map<std::string, std::vector<sidecar::shown_span>> traces;
  for (const auto& s : spans) traces[s.trace.hex()].push_back(s);
  const auto ids = sidecar::trace_ids_of(body);
  for (const auto& [id, of] : traces) {
    require(sidecar::arrange(of).size() == of.size());
    parses(sidecar::trace_json(of));
    parses(sidecar::list_json({sidecar::summarize(of)}, 1));
  }
  if (core::inspect_export_request(body)) require(ids.size() == traces.size());
  return 0;
}
