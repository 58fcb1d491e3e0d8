#include "probe/discovery/discovery_metrics.hpp"

#include <set>

namespace probe {
namespace {

using core::metric_family;
using core::metric_type;
using core::render_labels;
using label = std::pair<std::string_view, std::string_view>;

constexpr metric_family targets{
    "remora_probe_targets",
    "Discovered targets: run here, run by another replica, or refused because there are too many.",
    metric_type::gauge};
constexpr metric_family updates_total{"remora_probe_discovery_updates_total",
                                      "Readings of a source of targets, by result.",
                                      metric_type::counter};
constexpr metric_family last_success{"remora_probe_discovery_last_success_timestamp_seconds",
                                     "When a source of targets was last read, Unix time; 0: never.",
                                     metric_type::gauge};

}  // namespace

void discovery_metrics::follow(const std::vector<std::string>& sources) {
  const std::set<std::string> wanted(sources.begin(), sources.end());
  std::erase_if(sources_, [&](const auto& entry) { return !wanted.contains(entry.first); });
  for (const auto& source : wanted) sources_.try_emplace(source);
}

void discovery_metrics::updated(const std::string& source, bool good, double unix_seconds) {
  const auto known = sources_.find(source);
  if (known == sources_.end()) return;
  ++known->second.updates[good];
  if (good) known->second.last_success = unix_seconds;
}

void discovery_metrics::write(core::exposition_writer& out) const {
  if (out.family(targets))
    for (const auto& [name, account] : targets_)
      for (const auto& [state, count] :
           {std::pair<const char*, std::uint64_t>{"active", account.active},
            {"elsewhere", account.elsewhere},
            {"refused", account.refused}})
        out.gauge(render_labels(std::array{label{"scenario", name}, label{"state", state}}),
                  static_cast<double>(count));
  if (out.family(updates_total))
    for (const auto& [source, h] : sources_)
      for (const bool good : {true, false})
        out.counter(render_labels(std::array{label{"source", source},
                                             label{"result", good ? "ok" : "failed"}}),
                    static_cast<double>(h.updates[good]));
  if (out.family(last_success))
    for (const auto& [source, h] : sources_)
      out.gauge(render_labels(std::array{label{"source", source}}), h.last_success);
}

}  // namespace probe
