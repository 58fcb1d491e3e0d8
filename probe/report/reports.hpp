#pragma once

#include <string>

#include "probe/report/run_summary.hpp"

/// The reports of a run, each from the same summary. Pure. All of them carry the trace ids of
/// failed runs; docs/run.md describes them.
namespace probe {

/// For a person at a terminal.
std::string text_report(const run_summary& s);

/// For programs, and what `remora-slo gate --results` reads: format `remora-run`, version 1;
/// durations in seconds.
std::string json_report(const run_summary& s);

/// JUnit XML: a suite a scenario with a case a step, and a suite of objectives. `host` is where the
/// run took place.
std::string junit_report(const run_summary& s, const std::string& host);

/// GitHub-flavoured Markdown for a pull request; at most 60,000 bytes, since a comment may have
/// 65,536 characters.
std::string markdown_report(const run_summary& s);

/// One page with charts that needs nothing else: no other file, no request.
std::string html_report(const run_summary& s);

}  // namespace probe
