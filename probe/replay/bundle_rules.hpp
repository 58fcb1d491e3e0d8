#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/config_reader.hpp"
#include "core/config_types.hpp"

namespace probe {

/// The part `failures` of the configuration: what is kept of runs, and for how long. What may be
/// written down is allowed by name; everything else is redacted.
struct failures_config {
  std::string folder;
  std::int64_t keep_failures = 200;
  std::int64_t keep_successes = 20;
  core::byte_size max_bytes{16 * 1024 * 1024};
  core::duration max_age = std::chrono::hours(24 * 7);
  core::byte_size max_body{16 * 1024};
  std::vector<std::string> headers{
      "accept",        "content-length", "content-type",      "date",
      "host",          "proxy-status",   "retry-after",       "server",
      "server-timing", "traceparent",    "transfer-encoding", "user-agent"};
  std::vector<std::string> bodies;
  std::vector<std::string> variables;

  static void describe(core::fields<failures_config>& f) {
    f.optional(
        "folder", &failures_config::folder,
        "Folder for the bundles of runs; relative to this file. Without one they are kept in "
        "memory, at most 1 MiB of them.");
    f.optional("keep_failures", &failures_config::keep_failures, "Bundles of failed runs, at most.")
        .range(0, 100'000);
    f.optional("keep_successes", &failures_config::keep_successes,
               "Bundles of passed runs to compare with, at most.")
        .range(0, 100'000);
    f.optional("max_bytes", &failures_config::max_bytes,
               "Size of all bundles; the oldest successes give way first.")
        .range(core::byte_size{64 * 1024}, core::byte_size{std::uint64_t{1} << 40});
    f.optional("max_age", &failures_config::max_age, "How long a bundle is kept.")
        .range(std::chrono::minutes(1), std::chrono::hours(24 * 365));
    f.optional("max_body", &failures_config::max_body, "Bytes of a body that are kept.")
        .range(core::byte_size{0}, core::byte_size{1024 * 1024});
    f.optional("headers", &failures_config::headers,
               "Header fields whose values may be written down; others are shown as <redacted>.");
    f.optional("bodies", &failures_config::bodies,
               "Content types whose bodies may be written down, such as application/json; `*` for "
               "all. Without any, only sizes are.");
    f.optional(
        "variables", &failures_config::variables,
        "Variables whose values may be written down, `*` for all. Those that a scenario picks "
        "at random always are: a replay needs them.");
  }
};

}  // namespace probe
