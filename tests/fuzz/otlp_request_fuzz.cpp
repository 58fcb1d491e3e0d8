#include <string>

#include "core/otlp_encode.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// Requests concatenate, which is what the relay does with them.
void check_request(const std::string& body) {
  const auto summary = core::inspect_export_request(body);
  if (!summary) return;
  const auto twice = core::inspect_export_request(body + body);
  require(twice && twice->spans == 2 * summary->spans);
}

/// Any bytes may be a name or an attribute; ours are counted beside those that came.
void check_own(const std::string& body) {
  core::span s;
  s.context.trace.bytes.fill(1);
  s.context.span.bytes.fill(2);
  s.name = body;
  s.attributes = {{"text", body}, {"size", static_cast<std::int64_t>(body.size())}};
  const auto encoded = core::encode_export_request(core::encode_resource(body, "", ""), {&s, 1});
  const auto summary = core::inspect_export_request(encoded);
  require(summary && summary->spans == 1);
  const auto theirs = core::inspect_export_request(body);
  const auto joined = core::inspect_export_request(body + encoded);
  if (theirs) require(joined && joined->spans == theirs->spans + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(fuzz::text_of(data, size));
  check_request(body);
  check_own(body);
  if (const auto outcome = core::decode_export_response(body))
    require(outcome->message.size() <= body.size());
  (void)core::decode_export_response(core::encode_status(3, body));
  return 0;
}
