#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/exposition.hpp"
#include "core/task.hpp"
#include "sidecar/config/merge_config.hpp"
#include "sidecar/merge/merge_plan.hpp"
#include "sidecar/merge/source_scrape.hpp"

namespace core {
class worker;
}

namespace sidecar {

/// Merges the metrics of other programs into ours, so that a pod is one target. `prepare` runs
/// before each scrape and asks all sources at once, sharing what another scrape is asking already;
/// `write` is the exposition's guest and writes what answered. A source that is down, slow or wrong
/// is left out of that scrape, and said to be: nothing old is shown for it. Lives on one worker,
/// which outlives it; made by `make`, because a source may still answer after a reload.
class merger final : public core::metric_source, public std::enable_shared_from_this<merger> {
 public:
  /// Throws std::runtime_error when TLS files cannot be used.
  static std::shared_ptr<merger> make(core::worker& w, const merge_config& config);
  ~merger() override;

  /// Comes back when every source has answered, or when `until` has passed.
  core::task<> prepare(core::deadline until);
  void write(core::exposition_writer& out) const override;
  /// The state of the sources and every conflict of the last scrape, as JSON.
  std::string page() const;

  struct source;
  using source_list = std::vector<std::shared_ptr<source>>;
  /// The sources of another configuration, for `adopt`; those that stay as they are, are kept, and
  /// the counters of those that only change go on. Throws as `make` does.
  source_list make_sources(const merge_config& config) const;
  /// From the next scrape on, these sources.
  void adopt(source_list sources);

 private:
  class waiter;
  explicit merger(core::worker& w) : worker_(w) {}
  core::task<> ask(std::shared_ptr<source> from);
  void show(source& of);
  merge_plan make_plan(const core::exposition_writer& ours) const;
  void write_reasons(core::exposition_writer& out, const std::vector<merge_result>& results) const;
  static void append_source(std::string& out, const source& s, const merge_result& result);
  void write_metrics(core::exposition_writer& out, const std::vector<merge_result>& results) const;

  core::worker& worker_;
  source_list sources_;
  std::vector<waiter*> waiters_;                    // scrapes that wait for sources
  mutable std::vector<merge_result> last_results_;  // of each source, for the page
};

}  // namespace sidecar
