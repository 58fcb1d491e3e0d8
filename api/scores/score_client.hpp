#pragma once

#include "api/config.hpp"
#include "api/postgres/score_repository.hpp"
#include "core/http_client.hpp"

namespace api {

/// The internal scores API as a source: `GET /v1/scores/{isin}`, with the trace of the call.
class score_client final : public score_source {
 public:
  score_client(core::worker& w, const scores_config& config);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;

 private:
  core::http_client client_;
  core::duration timeout_;
};

}  // namespace api
