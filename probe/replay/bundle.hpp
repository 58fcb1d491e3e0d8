#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A run as it can be written down and repeated: a replay bundle, format `remora-bundle` version 1.
/// docs/replay.md describes the file. Everything in it is masked, and redacted but for what the
/// configuration allows; it is a value without references to the run it came from.
namespace probe {

/// What stands where something may not be written down.
inline constexpr std::string_view redacted = "<redacted>";
/// What stands where a secret was.
inline constexpr std::string_view masked = "<secret>";

using named_texts = std::vector<std::pair<std::string, std::string>>;
using named_seconds = std::vector<std::pair<std::string, double>>;

/// A body, or only its size.
struct bundle_body {
  std::uint64_t size = 0;           ///< of the whole
  std::optional<std::string> text;  ///< at most `max_body` bytes of it; nullopt: not allowed
  friend bool operator==(const bundle_body&, const bundle_body&) = default;
};

struct bundle_step {
  std::string name;
  std::string outcome;  ///< `passed`, `failed`, `skipped`; of a skipped step there is nothing else
  std::string where, why, detail;  ///< of a failed step
  double started = 0;              ///< seconds since the run's start
  double took = 0;                 ///< seconds
  int attempts = 0;
  std::string method, url, peer;  ///< the values of the URL's query are redacted
  named_texts request_headers;    ///< redacted but for the allowed ones
  bundle_body request_body;
  int status = 0;
  named_texts headers;  ///< of the answer
  bundle_body body;
  named_seconds phases;         ///< of the last attempt
  named_seconds server_timing;  ///< likewise
  std::vector<std::string> uuids;
  friend bool operator==(const bundle_step&, const bundle_step&) = default;
};

struct bundle_variable {
  std::string name;
  std::optional<std::string> value;  ///< nullopt: not allowed
  bool picked = false;               ///< at random: a replay takes it over
  friend bool operator==(const bundle_variable&, const bundle_variable&) = default;
};

struct bundle {
  std::string id;  ///< letters, digits, `-` and `.`: a file name, a part of a URL
  std::string program_version;
  std::string configuration;  ///< SHA-256 in hex, see `configuration_hash`
  std::string scenario;
  std::string target;    ///< that the run was about; "" for a scenario without targets
  named_texts endpoint;  ///< what it knew of it: `${endpoint.NAME}`
  std::string file;      ///< the scenario was read from
  std::string source;    ///< the file's text
  std::string intended;  ///< RFC 3339
  double lag = 0;        ///< seconds
  double took = 0;       ///< seconds, from the intended start
  bool failed = false;
  std::string step, where, why, detail;  ///< of the step that failed
  std::string trace_id;                  ///< "" when it was not traced
  bool known_to_sidecar = false;         ///< whether a sidecar had told times of earlier answers
  named_texts targets;                   ///< URLs by name
  std::vector<std::string> secrets;      ///< names the scenario uses
  named_texts addresses;                 ///< numeric hosts by the names that were dialled
  std::vector<bundle_variable> variables;
  std::vector<bundle_step> steps;
  friend bool operator==(const bundle&, const bundle&) = default;
};

/// The file.
std::string to_json(const bundle& b);

/// What one entry of the list at /failures says: the bundle without source, headers and bodies.
std::string entry_json(const bundle& b);

/// Reads a file. Strict; what is wrong is told all at once, a line each with its place:
/// `steps[1].status: is no whole number`; nullopt then.
std::optional<bundle> parse_bundle(std::string_view json, std::string& wrong);

/// Longest file that is read.
inline constexpr std::size_t largest_bundle = 16 * 1024 * 1024;

/// Whether a text can be a bundle's id.
bool is_bundle_id(std::string_view text) noexcept;

}  // namespace probe
