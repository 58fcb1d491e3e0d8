#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/trace_context.hpp"
#include "probe/checks/phases.hpp"
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
  int status = 0;  ///< 0: no answer
  std::string method;
  std::string url;   ///< without its query
  std::string peer;  ///< numeric address
  server_timing timing;
  core::span_context context;  ///< of the step's span; empty when the scenario is not traced
  std::shared_ptr<const step_record> record;  ///< null unless the setup asks for records

  core::duration took() const noexcept { return end - start; }
};

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
  bool known_to_sidecar = false;  ///< whether earlier answers had carried Server-Timing
  /// Whether the answers carried Server-Timing; nullopt when nothing was answered.
  std::optional<bool> recognised;
  std::shared_ptr<const probe_setup> setup;      ///< it ran with
  std::map<std::string, std::string> variables;  ///< at the end, not masked; empty without records

  bool passed() const noexcept { return !failed; }
  const step_result* failure() const noexcept { return failed ? &steps[*failed] : nullptr; }
  /// Counted from the intended start, so that a late schedule cannot flatter.
  core::duration took() const noexcept { return end - intended; }
  core::duration lag() const noexcept { return start - intended; }
};

}  // namespace probe
