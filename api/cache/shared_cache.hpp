#pragma once

#include <string>
#include <vector>

#include "api/cache/security_snapshot.hpp"
#include "api/call_context.hpp"
#include "api/redis/redis_script.hpp"
#include "core/task.hpp"

namespace api {

/// What a look into the shared cache found.
struct shared_entry {
  snapshot_ptr snapshot;  ///< null: nothing of use
  std::string seen;       ///< the text that was there, for `put`; "" for none
};

/// Where snapshots are kept for all replicas. Errors mean that it cannot be asked; no answer fails
/// of that.
class shared_cache {
 public:
  virtual ~shared_cache() = default;
  virtual core::task<core::result<shared_entry>> get(call_context call, std::string isin) = 0;
  /// Keeps a snapshot in the place of what was seen there before its sources were read. When that
  /// has changed since, it is not kept: somebody has written meanwhile, and it may be older.
  virtual core::task<core::result<>> put(call_context call, std::string isin, snapshot_ptr snapshot,
                                         std::string seen) = 0;
  /// Forgets what is known of these ISINs, also what is being read at this moment.
  virtual core::task<core::result<>> forget(call_context call, std::vector<std::string> isins) = 0;
};

/// Redis: key `remora:security:<isin>`.
class redis_shared_cache final : public shared_cache {
 public:
  /// Entries live for `keep`, give or take a tenth.
  redis_shared_cache(core::worker& w, redis_connection& connection, core::duration keep);

  core::task<core::result<shared_entry>> get(call_context call, std::string isin) override;
  core::task<core::result<>> put(call_context call, std::string isin, snapshot_ptr snapshot,
                                 std::string seen) override;
  core::task<core::result<>> forget(call_context call, std::vector<std::string> isins) override;

 private:
  core::worker& worker_;
  redis_connection& connection_;
  core::duration keep_;
  redis_script replace_;
};

}  // namespace api
