#pragma once

#include "api/postgres/message_repository.hpp"
#include "api/postgres/score_repository.hpp"
#include "api/postgres/security_repository.hpp"
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
class observed_score_repository final : public score_source {
 public:
  observed_score_repository(tracer& t, score_source& inner);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;

 private:
  tracer& tracer_;
  score_source& inner_;
  operation select_;
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
