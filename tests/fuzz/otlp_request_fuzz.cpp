#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/otlp_encode.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

/// Requests concatenate, which is what the relay does with them; and any bytes may be an attribute.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  if (const auto summary = core::inspect_export_request(body)) {
    const auto twice = core::inspect_export_request(body + body);
    require(twice && twice->spans == 2 * summary->spans);
  }
  (void)core::decode_export_response(body);

  core::span s;
  s.context.trace.bytes.fill(1);
  s.context.span.bytes.fill(2);
  s.name = body;
  s.attributes = {{"text", body}};
  const auto encoded = core::encode_export_request(core::encode_resource(body, "", ""), {&s, 1});
  const auto summary = core::inspect_export_request(encoded);
  require(summary && summary->spans == 1);
  return 0;
}
