#pragma once

#include "api/cache/cached_securities.hpp"
#include "api/postgres/security_repository.hpp"
#include "api/scores/score_store.hpp"

namespace api {

/// Snapshots of the securities' table and a store of scores.
class stored_snapshot_maker final : public snapshot_maker {
 public:
  stored_snapshot_maker(core::worker& w, security_repository& securities, score_store& scores)
      : worker_(w), securities_(securities), scores_(scores) {}
  core::task<core::result<snapshot_ptr>> make(call_context call, std::string isin) override;
  core::task<core::result<security_list>> list(call_context call, security_page page) override;

 private:
  core::worker& worker_;
  security_repository& securities_;
  score_store& scores_;
};

}  // namespace api
