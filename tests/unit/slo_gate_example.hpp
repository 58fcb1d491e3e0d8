#pragma once

#include "slo/gate/gate.hpp"
#include "tests/unit/slo_example.hpp"

namespace slo::tests {

/// The example's objective under another id.
inline objective named(const char* id, const char* target = "0.99") {
  auto o = example(target);
  o.id = o.name = id;
  return o;
}

/// Ten minutes, to 2023-11-14T22:13:20Z, wholly covered.
inline evidence gate_evidence(std::int64_t events, std::int64_t bad) {
  evidence e;
  e.to = 1'700'000'000'000;
  e.from = e.to - 600'000;
  e.newest = e.to - 3000;
  e.coverage = 1;
  e.counts = {events, bad};
  return e;
}

}  // namespace slo::tests
