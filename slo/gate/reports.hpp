#pragma once

#include <string>

#include "core/junit_report.hpp"
#include "slo/gate/gate.hpp"

/// The gate's verdict for people and programs, each from the same result. Pure. All of them carry
/// the traces of failures, the freeze rule and its override; docs/gate.md describes them.
namespace slo {

/// For a person at a terminal.
std::string gate_text(const gate_result& r);

/// For programs: format `remora-gate`, version 1.
std::string gate_json(const gate_result& r);

/// A suite with a case for each objective and one for the freeze rule. What is inconclusive is an
/// error, since many readers take `skipped` for success.
core::junit_suite gate_suite(const gate_result& r);
/// A whole JUnit file; `host` is where the gate ran.
std::string gate_junit(const gate_result& r, const std::string& host);

/// GitHub-flavoured Markdown for a pull request; at most 60,000 bytes.
std::string gate_markdown(const gate_result& r);
/// Its table of objectives.
std::string gate_markdown_table(const gate_result& r);

}  // namespace slo
