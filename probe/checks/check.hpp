#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_stream.hpp"
#include "core/http_exchange.hpp"
#include "core/probe_signature.hpp"
#include "core/task.hpp"
#include "core/trace_context.hpp"
#include "probe/checks/phases.hpp"
#include "probe/checks/seen.hpp"
#include "probe/checks/stream_outcome.hpp"
#include "probe/checks/tls_contexts.hpp"
#include "probe/format/bindings.hpp"
#include "probe/format/scenario.hpp"
#include "probe/verdict/verdict.hpp"

namespace core {
class resolver;
class worker;
}  // namespace core

namespace probe {

/// What all runs of a program share. Constant while they use it.
struct probe_setup {
  bindings constants;
  std::optional<core::signing_key> signing;  ///< none: nothing is signed
  tls_contexts tls;                          ///< for https and the like
  std::string program_version;               ///< for User-Agent
  /// Bytes of an answer's body that are kept with its step, for bundles; nullopt: no step keeps
  /// what it sent and saw.
  std::optional<std::size_t> record_body{};
  core::resolver* names = nullptr;  ///< who looks names up; null: the worker's own resolver
  bool all_facts = false;           ///< what is costly to know is wanted whatever a step says
};

/// Connections of one run, by target: new with each run, kept alive between its steps.
using run_connections = std::map<std::string, std::unique_ptr<core::byte_stream>, std::less<>>;

/// Numeric hosts by the names they stand for.
using pinned_addresses = std::map<std::string, std::string, std::less<>>;

/// What a check gets for one attempt of a step. All references outlive the attempt.
struct check_context {
  core::worker& worker;
  const probe_setup& setup;
  const probe::scenario& scenario;
  const probe::step& step;
  const run_values& values;
  run_connections& connections;
  core::span_context trace;  ///< of the step's span; empty: send no traceparent
  core::deadline until;
  /// Numeric addresses to dial instead of resolving a name, by name; null: names are resolved.
  const pinned_addresses* pinned = nullptr;
  bool load = false;         ///< of a load run: its requests are signed as such
  core::instant intended{};  ///< when the step was to begin; not given: now
  /// Dialled instead of the addresses of the (first) host; its name stays for TLS and `Host`.
  std::optional<core::asio::ip::address> fixed{};
};

/// How one of several addresses did.
struct address_outcome {
  std::string address;
  bool right = false;  ///< as expected
  core::duration took{};
};

/// What one attempt came to. The check only looks: whether that is right is not its business.
struct check_result {
  seen answer;
  phase_times phases;
  /// Why there is no whole answer; then `broke_in` is the phase it broke in, or nothing when it
  /// could not even begin.
  std::optional<failure_reason> broken;
  std::optional<phase> broke_in;
  std::string detail;  ///< of `broken`, for people; not masked
  std::string method;
  std::string url;   ///< not masked
  std::string peer;  ///< numeric address, when one was dialled
  /// Numeric hosts by the names they were dialled for, also on the way along redirects.
  pinned_addresses dialled;
  core::header_list sent_headers;  ///< as they were sent, not masked; a check without headers: none
  std::string sent_body;           ///< or what a protocol has in its place; not masked
  /// Whom a wrong answer is blamed on where the protocol itself says who answers.
  std::optional<place_of_failure> speaker;
  std::optional<stream_outcome> stream;  ///< of a message that was accepted
  int redirects = 0;                     ///< that were followed
  std::string about;  ///< which of several parts of the check this is, for people; "" when all
  std::vector<address_outcome> addresses;  ///< of a check of all addresses of a name
};

/// Who looks names up for a check.
core::resolver& names_of(const check_context& c);

/// A kind of check: runs one attempt within `until`, never throws for what a server does.
using check = core::task<check_result> (*)(check_context&);

/// A kind by the name it has in a scenario, whether a step is of that kind, and the key of its
/// request that says what is checked, which `remora-probe check KIND TARGET` fills in; "" for a
/// kind that needs more than that.
struct check_kind {
  std::string_view name;
  bool (*is)(const step&);
  check run;
  std::string_view target_key;
};

/// All kinds, in the order they are documented.
std::span<const check_kind> check_kinds() noexcept;

/// The check of a step. Every step has one: the reader sees to it.
const check_kind& check_of(const step& s);

}  // namespace probe
