#include "slo/evidence/correction.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/unit/slo_example.hpp"

using fuzz::require;

namespace {

slo::evidence counted(std::int64_t events, std::int64_t bad) {
  slo::evidence out;
  out.counts = {events, bad};
  return out;
}

/// What is looked up lies within the evidence, and what is left out is left out once.
void check_windows(const std::vector<slo::correction_window>& windows, slo::unix_millis from,
                   slo::unix_millis to) {
  slo::unix_millis excluded_until = from;
  for (const auto& w : windows) {
    require(w.from >= from && w.from < w.to && w.to <= to);
    if (w.what->forgive) continue;
    require(w.from >= excluded_until);
    excluded_until = w.to;
  }
}

/// Nothing is taken out that was not there.
void check_numbers(const std::vector<slo::correction_window>& windows) {
  const std::vector<slo::evidence> within(windows.size(), counted(70, 40));
  const auto n = slo::correct(counted(100, 50), windows, within);
  require(n.used.total >= 0 && n.used.total <= 100);
  require(n.used.bad >= 0 && n.used.bad <= n.used.total);
  require(n.applied.size() == windows.size());
}

}  // namespace

/// A file of corrections: read without a problem, its windows make sense.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  core::problems found;
  const auto document = core::document::parse("fuzz.yaml", fuzz::text_of(data, size), found);
  const auto o = slo::tests::example();
  const auto all = slo::read_corrections(document, {o}, found);
  if (!found.empty()) return 0;
  for (const auto& c : all) {
    require(c.from < c.to && !c.by.empty() && !c.why.empty() && c.line > 0);
    require(c.concerns(o) && c.forgive.value_or(1) > 0);
    const auto middle = c.from + (c.to - c.from) / 2;
    for (const auto& [from, to] : {std::pair(c.from, c.to), std::pair(middle, c.to + 1)}) {
      const auto windows = slo::windows_of(o, all, from, to);
      check_windows(windows, from, to);
      check_numbers(windows);
    }
  }
  return 0;
}
