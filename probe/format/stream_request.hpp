#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/clock.hpp"
#include "core/config_reader.hpp"
#include "probe/format/expectation.hpp"
#include "probe/format/extraction.hpp"
#include "probe/format/http_request.hpp"
#include "probe/format/json_pointer.hpp"
#include "probe/format/redis_request.hpp"
#include "probe/format/status_set.hpp"

namespace probe {

/// How a message is submitted: one of the two, what the answer must be, and what is taken from it.
struct stream_submission {
  std::optional<http_request> http;
  std::optional<redis_request> redis;
  expectation expect;
  std::map<std::string, extraction> extract;

  static void describe(core::fields<stream_submission>& f);
};

/// How it is read back: one of the two.
struct stream_reading {
  std::optional<http_request> http;
  std::optional<redis_request> redis;

  static void describe(core::fields<stream_reading>& f);
};

/// A message and its way, the check of kind `stream`.
struct stream_request {
  stream_submission submit;
  stream_reading read;
  expectation until;
  status_set meanwhile;  ///< statuses that mean "not yet"; empty: all
  core::duration every = std::chrono::milliseconds(50);
  core::duration at_most = std::chrono::seconds(10);
  std::optional<core::duration> late_after;
  std::optional<json_pointer> copies;

  static void describe(core::fields<stream_request>& f);
  void collect(text_list& into) const;
  /// Variables of its own: taken from the answer to the submission, known to the reading.
  std::set<std::string> own_variables() const;
};

}  // namespace probe
