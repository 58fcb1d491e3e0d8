#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/exposition.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/replay/bundle_files.hpp"
#include "probe/replay/bundle_maker.hpp"

namespace core {
class logger;
}

namespace probe {

/// Which bundles a list shows; empty texts mean any.
struct bundle_filter {
  std::string scenario, where, why;
  std::string outcome = "failed";  ///< or `passed`, `all`
  std::size_t limit = 100;
};

/// What the store knows of one bundle without reading it.
struct bundle_entry {
  std::string id;
  std::string scenario, step, where, why, detail, trace_id, intended;
  bool failed = false;
  double took = 0;
  std::uint64_t at = 0;                     ///< intended start, nanoseconds since the Unix epoch
  std::size_t size = 0;                     ///< bytes of the bundle
  std::string json;                         ///< see `entry_json`
  std::shared_ptr<const std::string> text;  ///< of one that is in memory
};

/// The bundles that are kept: bounded in number, bytes and age, failures apart from successes. With
/// a folder they survive a restart. On the worker's thread. A metric source of its own counts.
class bundle_store {
 public:
  /// Bundles made in a second, at most: a storm of failures shall not become one of writing.
  static constexpr int most_failures_a_second = 20;
  static constexpr core::duration between_successes = std::chrono::seconds(10);  // of a scenario

  /// `wall` outlives it. Throws std::runtime_error when the folder cannot be used.
  bundle_store(const core::wall_clock& wall, failures_config rules);

  /// The bytes of a body that steps have to keep for it (`probe_setup::record_body`).
  static std::size_t recorded_body(const failures_config& rules) noexcept;

  /// Keeps a run, if there is room for one of its kind.
  void note(const run_result& result);
  /// Changes what is allowed and how much is kept; the folder stays.
  void replace(failures_config rules);

  /// The newest first.
  std::vector<const bundle_entry*> list(const bundle_filter& filter) const;
  std::size_t size() const noexcept { return failures_.size() + successes_.size(); }
  /// The bundle's JSON; nullopt when there is none of that id.
  std::optional<std::string> read(const std::string& id) const;
  /// Names that filters may have, of what is kept.
  std::map<std::string, std::vector<std::string>> choices() const;

  void write_metrics(core::exposition_writer& out) const;

 private:
  bool admit(const run_result& result);
  void keep(bundle_entry entry, std::string text);
  void load();
  void trim();
  void drop_oldest(std::deque<bundle_entry>& from);
  std::uint64_t now_nanos() const noexcept { return wall_.unix_nanos(core::now()); }

  const core::wall_clock& wall_;
  failures_config rules_;
  std::unique_ptr<bundle_files> files_;            // null: in memory
  std::deque<bundle_entry> failures_, successes_;  // oldest first
  std::uint64_t bytes_ = 0;
  core::instant second_{};  // that `made_` counts
  int made_ = 0;
  std::map<std::string, core::instant, std::less<>> last_success_;
  std::uint64_t kept_ = 0, skipped_ = 0, refused_ = 0;
};

/// An entry of the list for a bundle.
bundle_entry entry_of(const bundle& b, std::size_t size);

}  // namespace probe
