#include <string>
#include <vector>

#include "core/otlp_encode.hpp"
#include "sidecar/relay/otlp_splice.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;
using sidecar::span_view;

namespace {

constexpr auto all = [](const span_view&) { return true; };

std::vector<std::string> spans_of(std::string_view body) {
  std::vector<std::string> spans;
  const auto collect = [&](const span_view& s) { spans.emplace_back(s.bytes); };
  const auto count = sidecar::visit_spans(body, collect, sidecar::span_detail::http_route);
  require(count && *count == spans.size());
  return spans;
}

/// Both halves of a body hold the spans of the whole, each in its order.
void check_halves(std::string_view body, const std::vector<std::string>& spans) {
  const auto half = [&](bool even) {
    bool turn = !even;
    const auto spliced = sidecar::splice(body, [&](const span_view&) { return turn = !turn; });
    require(spliced.has_value());
    return spans_of(*spliced);
  };
  const auto even = half(true), odd = half(false);
  require(even.size() + odd.size() == spans.size());
  for (std::size_t i = 0; i < spans.size(); ++i)
    require(spans[i] == (i % 2 == 0 ? even : odd)[i / 2]);
}

/// Attributes are added once, and cost no span.
void check_attributes(std::string_view body, const std::vector<std::string>& spans) {
  const auto extra = core::encode_resource_attributes({{"k", "v"}, {"service.name", "x"}});
  const auto missing = sidecar::count_missing_attributes(body, extra);
  const auto extended = sidecar::splice(body, all, extra);
  // Resources are only looked into for this, so that what is malformed in one is only seen here.
  require(missing.has_value() >= extended.has_value());
  if (!extended) return;
  require(spans_of(*extended) == spans);
  require(*sidecar::count_missing_attributes(*extended, extra) == 0);
  require(*sidecar::splice(*extended, all, extra) == *extended);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = fuzz::text_of(data, size);
  std::uint64_t valid = 0;
  const auto count_valid = [&](const span_view& s) { valid += s.valid(); };
  const auto visited = sidecar::visit_spans(body, count_valid);
  const auto kept = sidecar::splice(body, all);
  require(visited.has_value() == kept.has_value());
  if (!visited) return 0;
  // Another walk that knows nothing of this one judges alike; it only does not look into statuses.
  require(core::inspect_export_request(body).has_value() == (valid == *visited));

  const auto spans = spans_of(body);
  require(kept->size() <= body.size() && spans_of(*kept) == spans);
  require(*sidecar::splice(*kept, all) == *kept);
  check_halves(body, spans);
  check_attributes(body, spans);
  return 0;
}
