#pragma once

#include <string>

#include "core/clock.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/format/bindings.hpp"
#include "probe/replay/bundle.hpp"
#include "probe/replay/bundle_rules.hpp"

namespace probe {

/// The bundle of a run whose steps kept records (`probe_setup::record_body`). Secrets are masked,
/// and what the rules do not allow is redacted. Pure but for the clock it reads times by.
bundle make_bundle(const run_result& result, const failures_config& rules,
                   const core::wall_clock& wall);

/// SHA-256 over what decides how a scenario runs: its file's text, the URLs of its targets and the
/// names of its secrets. Two runs with the same one did the same.
std::string configuration_hash(const scenario& s, const bindings& constants);

/// Names of the secrets that a scenario's steps refer to, sorted.
std::vector<std::string> secrets_of(const scenario& s);

/// `?a=1&b` as `?a=<redacted>&b`.
std::string without_query_values(const std::string& url);

}  // namespace probe
