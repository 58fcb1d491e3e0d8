#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "sidecar/relay/otlp_spans.hpp"

/// Traces as /traces shows them; pure.
namespace sidecar {

/// One trace in a list, by its root: the span whose parent is not there, the server's before
/// others and the earliest of these.
struct trace_summary {
  core::trace_id id;
  std::uint64_t start = 0;     ///< Unix nanoseconds, of its first span
  std::uint64_t duration = 0;  ///< nanoseconds, until the end of its last one
  std::string name;            ///< of the root
  std::string method, route;
  int status = 0;      ///< 0: the root has none
  bool error = false;  ///< of any span
  bool synthetic = false;
  std::size_t spans = 0;
  std::vector<std::string> services;  ///< the root's first
};
/// `spans` are of one trace, at least one.
trace_summary summarize(const std::vector<shown_span>& spans);

/// A span in its place: below its parent, siblings by their start.
struct placed_span {
  const shown_span* span = nullptr;
  int depth = 0;
  bool orphan = false;  ///< it has a parent that is not there
};
/// Every span once, parents before their children, also where ids are doubled or go in circles.
std::vector<placed_span> arrange(const std::vector<shown_span>& spans);

/// Which traces a list shows.
struct trace_filter {
  std::string route;                ///< exactly this one
  std::optional<int> status;        ///< 404
  std::optional<int> status_class;  ///< 4 for 4xx
  core::duration min_duration{};
  std::string trace;  ///< beginning of the id, lowercase hex
  bool errors = false;
  std::size_t limit = 50;

  bool shows(const trace_summary& trace) const;
};

/// A filter's parameters by name, as they stand in a query; false, and why, when a value is none.
bool set_filter(trace_filter& filter, std::string_view name, const std::string& value,
                std::string& wrong);

/// `{"traces":[…],"kept":…}`.
std::string list_json(const std::vector<trace_summary>& traces, std::size_t kept);
/// `{"trace_id":…,"spans":[…]}`, spans as of `arrange`, times relative to the trace's start.
std::string trace_json(const std::vector<shown_span>& spans);

}  // namespace sidecar
