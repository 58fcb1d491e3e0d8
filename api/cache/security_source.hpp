#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/cache/security_snapshot.hpp"
#include "api/call_context.hpp"
#include "api/postgres/security_repository.hpp"
#include "core/task.hpp"

namespace api {

/// Which way an answer came: for the caller's headers, and for whoever counts.
enum class answered_by {
  local,      ///< this process had it
  coalesced,  ///< another request was reading it already
  shared,     ///< Redis had it
  sources,    ///< the tables and the scores API were asked
};

/// A snapshot, and how it was come by.
struct security_answer {
  snapshot_ptr snapshot;
  answered_by way = answered_by::sources;
  core::duration age{};         ///< since its sources were read
  core::duration fresh{};       ///< how old it may become
  bool stale = false;           ///< older than it should be: its sources do not answer
  bool sources_failed = false;  ///< they were asked, and did not answer
  bool shared_gone = false;     ///< Redis could not be asked
  bool was_known = false;       ///< an older one was there when the sources were asked
};

/// A piece of the list of securities, and the scores that they have, both in the order of ISINs.
struct security_list {
  std::vector<security> items;
  std::vector<score> scores;
};

/// Securities with their scores. An error: it can be had neither from its sources nor from memory.
class security_source {
 public:
  virtual ~security_source() = default;
  /// What can be answered at once, without asking anybody; a null snapshot when that is nothing.
  virtual security_answer find_now(const call_context& call, std::string_view isin) = 0;
  virtual core::task<core::result<security_answer>> find(call_context call, std::string isin) = 0;
  /// Never from a cache.
  virtual core::task<core::result<security_list>> list(call_context call, security_page page) = 0;
  /// To be called after scores were written: the next answers are made of what is there then.
  virtual core::task<> forget(call_context call, std::vector<std::string> isins) = 0;
};

}  // namespace api
