#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/commands/commands.hpp"
#include "slo/gate/gate.hpp"
#include "slo/gate/prometheus_gate.hpp"

/// What the arguments of `gate` and `gate plan` mean. All throw usage_error.
namespace slo {

gate_rules rules_argument(const gate_arguments& given);

/// Candidate and, when one was asked for, baseline.
struct gate_windows {
  gate_window candidate;
  std::optional<gate_window> baseline;
};
gate_windows windows_argument(const gate_arguments& given);

/// `0.05`, within (0, 0.5].
double alpha_argument(const std::optional<std::string>& text);
/// `0.5%` or `0.005`, within (0, 1).
double share_argument(const char* name, const std::string& text);
/// Events a second: `10`, `10/s`, `600/m`, `5/h`.
double rate_argument(const std::string& text);
/// `version="1.4",pod=~"a.*"`
std::vector<label_matcher> matchers_argument(const char* name, const std::string& text);

/// The reason of `--override`; absent when it was not given, refused when it says nothing.
std::optional<std::string> override_argument(const gate_arguments& given);

}  // namespace slo
