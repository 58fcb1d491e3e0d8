#pragma once

#include "api/postgres/message_repository.hpp"
#include "api/postgres/security_repository.hpp"
#include "api/scores/score_store.hpp"
#include "api/telemetry/observed_call.hpp"

/// The repositories with telemetry around them; the same interfaces, so that whoever uses them does
/// not know. What is inside outlives the decorator.
namespace api {

class observed_security_repository final : public security_repository {
 public:
  observed_security_repository(tracer& t, security_repository& inner);
  core::task<core::result<std::vector<security>>> list(call_context call,
                                                       security_page page) override;
  core::task<core::result<std::optional<security>>> find(call_context call,
                                                         std::string isin) override;

 private:
  tracer& tracer_;
  security_repository& inner_;
  operation select_;
};

/// The scores of a table.
class observed_score_store final : public score_store {
 public:
  observed_score_store(tracer& t, score_store& inner);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;
  core::task<core::result<std::vector<score>>> find_all(call_context call,
                                                        std::vector<std::string> isins) override;
  core::task<core::result<std::optional<score>>> put(call_context call, new_score value) override;
  core::task<core::result<std::vector<std::string>>> put_all(
      call_context call, std::vector<new_score> values) override;

 private:
  tracer& tracer_;
  score_store& inner_;
  operation select_, insert_;
};

class observed_message_reader final : public message_reader {
 public:
  observed_message_reader(tracer& t, message_reader& inner);
  core::task<core::result<std::optional<stored_message>>> find(call_context call,
                                                               std::string id) override;

 private:
  tracer& tracer_;
  message_reader& inner_;
  operation select_;
};

}  // namespace api
