#pragma once

#include "api/config.hpp"
#include "api/scores/score_store.hpp"
#include "core/http_client.hpp"

namespace api {

/// The internal scores API as a store, with the trace of each call.
class score_client final : public score_store {
 public:
  score_client(core::worker& w, const scores_config& config);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;
  core::task<core::result<std::vector<score>>> find_all(call_context call,
                                                        std::vector<std::string> isins) override;
  core::task<core::result<std::optional<score>>> put(call_context call, new_score value) override;
  core::task<core::result<std::vector<std::string>>> put_all(
      call_context call, std::vector<new_score> values) override;

 private:
  core::task<core::result<core::http_answer>> send(call_context call, std::string method,
                                                   std::string target, std::string body);
  core::http_client client_;
  core::duration timeout_;
};

/// The ISINs of `values` that the errors of a refused batch point to (`/items/3/isin`); empty when
/// it was refused for any other reason. Pure.
std::vector<std::string> unknown_isins(std::string_view problem,
                                       const std::vector<std::string>& isins);

}  // namespace api
