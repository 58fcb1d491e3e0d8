#include <string>

#include "sidecar/relay/otlp_intake.hpp"
#include "sidecar/relay/otlp_json.hpp"
#include "sidecar/relay/otlp_splice.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// What the whole intake says of the same body: it takes it, or says the same problem.
void check_intake(std::string_view text, const sidecar::json_conversion& converted) {
  sidecar::otlp_reader reader({}, "service");
  const auto read = reader.read({sidecar::otlp_encoding::json, false}, std::string(text));
  if (const auto* refused = std::get_if<sidecar::otlp_refusal>(&read)) {
    require(refused->status == 400 && refused->message == converted.problem);
    return;
  }
  const auto& intake = std::get<sidecar::otlp_intake>(read);
  std::uint64_t valid = 0;
  const auto count = [&](const sidecar::span_view& s) { valid += s.valid(); };
  require(*sidecar::visit_spans(converted.body, count) == intake.batch.spans + intake.rejected);
  require(valid == intake.batch.spans);
}

}  // namespace

/// What is taken is well-formed protobuf down to its attributes, and hardly larger than the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto converted = sidecar::protobuf_of_json(text);
  check_intake(text, converted);
  if (!converted.problem.empty()) {
    require(converted.body.empty());
    return 0;
  }
  require(converted.body.size() <= 2 * text.size());
  const auto none = [](const sidecar::span_view&) {};
  require(sidecar::visit_spans(converted.body, none, sidecar::span_detail::http_route).has_value());
  require(sidecar::count_missing_attributes(converted.body, "\x0a\x03\x0a\x01k").has_value());
  // Unknown names change nothing, wherever they stand.
  const auto opening = text.find('{');
  const auto more = std::string(text.substr(0, opening + 1)) + R"("x y":[{"spans":[1]}])" +
                    (converted.body.empty() ? "}" : "," + std::string(text.substr(opening + 1)));
  if (!converted.body.empty()) require(sidecar::protobuf_of_json(more).body == converted.body);
  return 0;
}
