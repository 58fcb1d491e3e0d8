#pragma once

#include <optional>
#include <string>

#include "api/call_context.hpp"
#include "api/types.hpp"
#include "core/task.hpp"

namespace api {

class database;

/// Where a score comes from: the table (role scores), the scores API, or a cache in front of that.
class score_source {
 public:
  virtual ~score_source() = default;
  /// Nullopt: there is no such security, so it has no score. An error: it cannot be had now.
  virtual core::task<core::result<std::optional<score>>> find(call_context call,
                                                              std::string isin) = 0;
};

/// Scores in PostgreSQL. Errors: see `database`.
class postgres_score_repository final : public score_source {
 public:
  explicit postgres_score_repository(database& db);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;

 private:
  database& database_;
};

}  // namespace api
