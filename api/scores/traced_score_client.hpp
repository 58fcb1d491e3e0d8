#pragma once

#include <string>

#include "api/postgres/score_repository.hpp"
#include "api/telemetry/tracer.hpp"

namespace api {

/// The scores API with a CLIENT span around each call. What is inside outlives it.
class traced_score_client final : public score_source {
 public:
  traced_score_client(tracer& t, score_source& inner, std::string server_address);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;

 private:
  tracer& tracer_;
  score_source& inner_;
  std::string server_address_;
};

}  // namespace api
