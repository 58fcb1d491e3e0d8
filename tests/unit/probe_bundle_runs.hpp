#pragma once

#include "probe/engine/step_record.hpp"
#include "tests/unit/probe_runs.hpp"

namespace probe::tests {

inline constexpr const char* a_secret = "hunter2-correct-horse";

/// `failed_run` with everything a server and a scenario could leak: the secret in URL, headers,
/// bodies, variables and detail, and a cookie and an e-mail address that are no secrets of ours.
inline run_result leaking_run(bool failed = true, core::instant intended = core::now()) {
  auto s = std::make_shared<scenario>(*path_scenario());
  s->file = "path.yaml";
  s->source = std::make_shared<const std::string>(
      "name: path\n# written in by hand: hunter2-correct-horse\n");
  auto steps = s->steps.get();
  steps[0].extract["id"].pick = item_choice::random;
  steps[0].extract["session"];
  s->steps = std::move(steps);
  auto setup = std::make_shared<probe_setup>();
  setup->constants.secrets["token"] = core::secret(a_secret);
  core::parse_base_url("http://shop.test", setup->constants.targets["base"]);
  setup->record_body = 1 << 20;
  auto out = failed ? failed_run(s, intended) : passed_run(s, intended);
  out.setup = setup;
  const std::string secret = a_secret;
  if (failed) out.steps[1].detail = setup->constants.mask("saw " + secret);
  out.variables = {{"id", "17"}, {"session", "cookie-value"}, {"other", secret}};
  auto record = std::make_shared<step_record>();
  record->last.url = "http://shop.test/read/" + secret + "?mail=who@example.org&flag#part";
  record->last.sent_headers = {{"Host", "shop.test"},
                               {"Authorization", "Bearer " + secret},
                               {"Content-Type", "application/json"}};
  record->last.sent_body = R"({"password":")" + secret + R"("})";
  record->last.answer.headers = {{"Content-Type", "application/json; charset=utf-8"},
                                 {"Set-Cookie", "session=cookie-value"},
                                 {"Server", "shop " + secret}};
  record->last.answer.body = R"({"mail":"who@example.org","echo":")" + secret + R"("})";
  record->body_size = record->last.answer.body.size();
  record->uuids = {"11111111-1111-4111-8111-111111111111"};
  out.steps[1].record = record;
  record->last.dialled = {{"shop.test", "192.0.2.7"}};
  out.steps[1].peer = "192.0.2.7:80";
  return out;
}

}  // namespace probe::tests
