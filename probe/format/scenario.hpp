#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/config_reader.hpp"
#include "core/digest.hpp"
#include "probe/format/dns_request.hpp"
#include "probe/format/endpoint.hpp"
#include "probe/format/expectation.hpp"
#include "probe/format/extraction.hpp"
#include "probe/format/http_request.hpp"
#include "probe/format/postgres_request.hpp"
#include "probe/format/redis_request.hpp"
#include "probe/format/shared_list.hpp"
#include "probe/format/status_set.hpp"
#include "probe/format/stream_request.hpp"
#include "probe/format/target_sources.hpp"
#include "probe/format/tcp_dialog.hpp"
#include "probe/format/template_text.hpp"
#include "probe/format/tls_handshake.hpp"
#include "probe/load/load_config.hpp"

/// Scenarios as values: what a person writes in YAML, with its texts, pointers and patterns already
/// parsed. The tables of this folder are the format: parsing, problems, schema and reference come
/// from them. The request of each kind of check has a file of its own.
namespace probe {

/// Repeats a step until its answer is what one waits for.
struct polling {
  expectation until;
  status_set meanwhile;  ///< statuses that mean "not yet"; empty: all
  core::duration every = std::chrono::milliseconds(100);
  core::duration at_most = std::chrono::seconds(10);

  static void describe(core::fields<polling>& f);
};

/// One step. Its check is the one member that is set among the kinds; a new kind has its member
/// here, its line in `describe` and its row in `kinds` (scenario.cpp).
struct step {
  std::string name;
  std::optional<http_request> http;
  std::optional<dns_request> dns;
  std::optional<postgres_request> postgres;
  std::optional<redis_request> redis;
  std::optional<stream_request> stream;
  std::optional<tcp_dialog> tcp;
  std::optional<tls_handshake> tls;
  std::optional<core::duration> timeout;  ///< of one attempt; unset: the scenario's `step_timeout`
  expectation expect;
  std::optional<polling> poll;
  std::map<std::string, extraction> extract;

  static void describe(core::fields<step>& f);
};

/// Checks the names in a scenario's node, whatever else is wrong with it.
void check_names(const core::node& root, core::reading& r);

/// The names of the kinds of check: members of a step of which it has exactly one.
std::vector<const char*> kind_names();

/// Every text of a step that may hold references.
text_list texts_of(const step& s);

struct scenario {
  std::string name;
  std::string description;
  core::duration interval = std::chrono::seconds(60);
  core::duration timeout = std::chrono::seconds(30);
  core::duration step_timeout = std::chrono::seconds(5);
  std::optional<std::int64_t> max_running;
  std::vector<load_stage> load;  ///< empty: one start an interval
  bool sign = true;
  bool trace = true;
  double trace_ratio = 1;  ///< of the runs that pass
  shared_list<step> steps;
  shared_list<step> always;
  std::optional<target_sources> targets;

  /// Set by discovery for each target; empty in what was read.
  endpoint about;
  /// The file it comes from, its own text there (null: none), and a digest of what that says, to
  /// tell whether a reload changed it.
  std::string file;
  std::shared_ptr<const std::string> source;
  core::sha256_digest digest{};
  int line = 1, column = 1;  ///< of its name there

  static void describe(core::fields<scenario>& f);

  std::string_view source_text() const noexcept {
    return source ? std::string_view(*source) : std::string_view();
  }
  /// Runs at a time: what is written, or 32, or 10,000 under load.
  std::int64_t most_running(bool under_load) const noexcept {
    return max_running.value_or(under_load ? 10'000 : 32);
  }
  /// What tells its runs from those of others: the name, and the target.
  std::string key() const { return about.name.empty() ? name : name + '@' + about.name; }
  std::size_t step_count() const noexcept { return steps.size() + always.size(); }
  /// Steps first, then those that always run.
  const step& at(std::size_t i) const noexcept {
    return i < steps.size() ? steps[i] : always[i - steps.size()];
  }
  core::duration timeout_of(const step& s) const noexcept {
    return s.timeout.value_or(s.stream ? s.stream->at_most + step_timeout : step_timeout);
  }
};

}  // namespace probe

/// Steps are read as a list of them is.
template <>
const core::value_kind& core::kind_of<probe::shared_list<probe::step>>();
