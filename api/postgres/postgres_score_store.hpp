#pragma once

#include "api/scores/score_store.hpp"

namespace api {

class database;

/// Scores in PostgreSQL. Errors: see `database`.
class postgres_score_store final : public score_store {
 public:
  explicit postgres_score_store(database& db);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;
  core::task<core::result<std::vector<score>>> find_all(call_context call,
                                                        std::vector<std::string> isins) override;
  core::task<core::result<std::optional<score>>> put(call_context call, new_score value) override;
  core::task<core::result<std::vector<std::string>>> put_all(
      call_context call, std::vector<new_score> values) override;

 private:
  database& database_;
};

}  // namespace api
