#include <memory>
#include <string>

#include "sidecar/merge/family_writer.hpp"
#include "tests/fuzz/fuzzing.hpp"

using core::exposition_format;
using fuzz::require;

namespace {

struct written {
  std::string text;
  sidecar::merge_result result;
};

written merge(const sidecar::parsed_metrics& metrics, exposition_format to) {
  core::exposition_writer out(to);
  sidecar::merge_plan plan(out, {});
  plan.add({"app", &metrics, {}, 1'000'000});
  const sidecar::family_writer writer(plan, {&metrics.format, 1}, to);
  for (const auto& family : plan.families())
    out.append(writer.lines(family) + writer.apart(family));
  return {std::move(out).finish(), plan.results().front()};
}

/// What we write is read by us, holds every sample that we say it does, and merges to itself.
void check(const sidecar::parsed_metrics& metrics, exposition_format to) {
  const auto once = merge(metrics, to);
  const auto again = sidecar::parse_metrics(once.text, to);
  require(!again.wrong);
  require(again.samples.size() == once.result.samples);
  const auto twice = merge(again, to);
  require(twice.result.samples == once.result.samples);
  // Where a series came twice, what was left may differ.
  if (once.result.dropped[static_cast<std::size_t>(sidecar::merge_drop::duplicate)] == 0)
    require(twice.text == once.text);
}

}  // namespace

/// The first byte chooses the format.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto body = fuzz::text_of(data, size);
  const auto format =
      fuzz::take_byte(body) % 2 ? exposition_format::openmetrics : exposition_format::text;
  const auto metrics = sidecar::parse_metrics(body, format);
  if (metrics.wrong) {
    require(metrics.wrong->line > 0 && !metrics.wrong->what.empty());
    return 0;
  }
  check(metrics, exposition_format::text);
  check(metrics, exposition_format::openmetrics);
  return 0;
}
