#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/observation.hpp"
#include "core/trace_context.hpp"
#include "probe/checks/phases.hpp"
#include "probe/checks/stream_outcome.hpp"
#include "probe/format/scenario.hpp"
#include "probe/verdict/server_timing.hpp"
#include "probe/verdict/verdict.hpp"

namespace probe {

struct probe_setup;
struct step_record;

enum class step_outcome { passed, failed, skipped };
constexpr const char* to_label(step_outcome o) noexcept {
  return o == step_outcome::passed ? "passed" : o == step_outcome::failed ? "failed" : "skipped";
}

/// What became of one step. Texts are masked and may be written down.
struct step_result {
  std::size_t index = 0;  ///< of `scenario::at`
  step_outcome outcome = step_outcome::skipped;
  std::optional<verdict> failure;  ///< of a failed step
  std::string detail;              ///< what was seen instead; "" when it passed
  core::instant start{};
  core::instant end{};
  int attempts = 0;
  // Of the last attempt.
  phase_times phases;
  std::optional<phase> broke_in;
  core::instant attempt_start{};
  int status = 0;  ///< 0: no answer
  std::string method;
  std::string url;   ///< without its query
  std::string peer;  ///< numeric address
  server_timing timing;
  std::optional<stream_outcome> stream;  ///< of the kind `stream`, once a message was accepted
  core::span_context context;  ///< of the step's span; empty when the scenario is not traced
  std::shared_ptr<const step_record> record;  ///< null unless the setup asks for records
  core::observation observed;                 ///< what its span may be the exemplar of

  core::duration took() const noexcept { return end - start; }
};

/// The bit of a step in `run_result::told_steps`.
constexpr std::uint64_t told_bit(std::size_t step) noexcept {
  return std::uint64_t{1} << (step < 63 ? step : 63);
}

/// What became of one run: a value, also when it failed.
struct run_result {
  std::shared_ptr<const probe::scenario> scenario;
  core::instant intended{};
  core::instant start{};
  core::instant end{};
  std::vector<step_result> steps;     ///< those that were reached, in their order
  std::optional<std::size_t> failed;  ///< index into `steps` of the step that decided
  core::span_context context;         ///< of the run's span; empty when the scenario is not traced
  bool is_signed = false;
  /// The `told_steps` of earlier runs, which it was judged by.
  std::uint64_t told_before = 0;
  /// Whether a sidecar recognised us: yes when it told us times, no when an answer that was right
  /// came without; nullopt when nothing tells. All answers must agree on yes.
  std::optional<bool> recognised;
  std::shared_ptr<const probe_setup> setup;      ///< it ran with
  std::map<std::string, std::string> variables;  ///< at the end, not masked; empty without records
  /// The steps, by the bits of their indices, whose answers a sidecar told times of; the highest
  /// bit stands for all steps from 63 on.
  std::uint64_t told_steps = 0;
  core::observation observed;  ///< what its span may be the exemplar of

  bool passed() const noexcept { return !failed; }
  const step_result* failure() const noexcept { return failed ? &steps[*failed] : nullptr; }
  /// Counted from the intended start, so that a late schedule cannot flatter.
  core::duration took() const noexcept { return end - intended; }
  core::duration lag() const noexcept { return start - intended; }
};

}  // namespace probe
