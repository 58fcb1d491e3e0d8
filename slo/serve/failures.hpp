#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "core/config_types.hpp"

/// The last failed runs, as the probes keep them (their admin page /failures). Pure.
namespace slo {

/// One failed run with its verdict.
struct probe_failure {
  std::string id, scenario, target;
  std::string intended;  ///< RFC 3339, UTC
  double took = 0;       ///< seconds
  std::string step, where, why, detail;
  std::string trace_id;  ///< 32 hex digits, or "" when it was not traced
  std::string bundle;    ///< URL of the whole record, at the probe
};

/// Reads a probe's answer. Strict about what it uses, in words what is wrong otherwise; texts are
/// cut to a length for people.
boost::system::result<std::vector<probe_failure>, std::string> parse_failures(
    std::string_view json, const core::base_url& probe);

/// What is known of one probe.
struct failure_source {
  std::string probe;                             ///< its URL
  std::string problem = "it was not asked yet";  ///< "" when `failures` are the last there were
  std::vector<probe_failure> failures;
};

struct failure_filter {
  std::string scenario;  ///< "" for all
  std::size_t limit = 50;
};

/// `{"probes":[{"url","problem"}],"failures":[…]}`, newest first. A failure has `trace_url` when
/// there is a template and it was traced, null else.
std::string failures_json(const std::vector<failure_source>& sources, const std::string& trace_url,
                          const failure_filter& filter);

}  // namespace slo
