#pragma once

#include <string>

#include "api/scores/score_store.hpp"
#include "api/telemetry/tracer.hpp"

namespace api {

/// The scores API with a CLIENT span around each call. What is inside outlives it.
class observed_score_client final : public score_store {
 public:
  observed_score_client(tracer& t, score_store& inner, std::string server_address);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;
  core::task<core::result<std::vector<score>>> find_all(call_context call,
                                                        std::vector<std::string> isins) override;
  core::task<core::result<std::optional<score>>> put(call_context call, new_score value) override;
  core::task<core::result<std::vector<std::string>>> put_all(
      call_context call, std::vector<new_score> values) override;

 private:
  active_span start(const call_context& call, const char* method, const char* url_template);

  tracer& tracer_;
  score_store& inner_;
  std::string server_address_;
};

}  // namespace api
