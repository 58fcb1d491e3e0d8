#include "core/series_census.hpp"

#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

/// An exposition, with whatever other sources put into it: the counts agree with each other, and
/// what is read are views into the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto census = core::take_census(text, 3);
  std::size_t series = 0, samples = 0;
  for (const auto& family : census.families) {
    require(family.series <= family.samples);
    series += family.series;
    samples += family.samples;
    for (const auto& label : family.labels) {
      require(label.greatest.size() == std::min<std::size_t>(label.values, 3));
      // A series may name a label twice, which is no exposition; still each counts once a value.
      for (const auto& value : label.greatest) require(value.series >= 1);
    }
  }
  require(series == census.series && samples == census.samples);
  auto rest = text;
  const auto line = core::parse_sample_line(fuzz::take_until(rest));
  if (line) {
    require(line->name.data() == text.data() && !line->name.empty());
    require(line->labels.size() + line->name.size() + line->value.size() < text.size());
  }
  return 0;
}
