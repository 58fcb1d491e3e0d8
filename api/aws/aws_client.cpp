#include "api/aws/aws_client.hpp"

#include <algorithm>
#include <chrono>

#include "api/aws/aws_error.hpp"
#include "core/log.hpp"
#include "core/tls_context.hpp"

namespace api {
namespace {

constexpr core::duration first_pause = std::chrono::milliseconds(50);
constexpr core::duration longest_pause = std::chrono::seconds(2);
constexpr core::duration shortest_attempt = std::chrono::milliseconds(500);

core::dial_target target_of(const core::base_url& url) {
  return {url.authority, url.tls ? core::tls_context::client({}) : nullptr, url.authority.host};
}

}  // namespace

/// What an attempt came to.
struct aws_client::attempt {
  core::result<std::string> answer;
  bool again = false;     ///< another one may succeed
  bool in_doubt = false;  ///< it failed, and may have been done all the same
};

std::string host_header(const core::base_url& url) {
  const std::string text = core::base_url{url.tls, url.authority, ""}.to_string();
  return text.substr(text.find("://") + 3);
}

// Not `core::http_client`, which names the port in `Host` always.
aws_client::aws_client(core::worker& w, aws_service at, credential_source& credentials)
    : worker_(w), at_(std::move(at)), credentials_(credentials), pool_(w, target_of(at_.url), {}) {}

core::task<core::result<std::string>> aws_client::call(aws_call what, core::deadline until) {
  bool in_doubt = false, renewed = false;
  core::error_code doubt;
  for (int attempts = 1;; ++attempts) {
    auto tried = co_await try_once(what, attempt_deadline(what, until));
    if (tried.answer) co_return std::move(tried.answer);
    const core::error_code error = tried.answer.error();
    if (tried.in_doubt && !in_doubt) doubt = error;
    in_doubt = in_doubt || tried.in_doubt;
    const bool worth_it =
        tried.again && (what.repeatable || !in_doubt) && !(is_expired(error) && renewed);
    renewed = renewed || is_expired(error);
    const core::duration pause = pause_after(attempts);
    // A refusal says that nothing was done, which holds for this attempt only.
    if (!worth_it || until.passed(core::now() + pause)) co_return in_doubt ? doubt : error;
    co_await core::sleep_for(worker_, pause);
  }
}

core::deadline aws_client::attempt_deadline(const aws_call& what, core::deadline until) const {
  if (!what.repeatable) return until;
  const core::instant now = core::now();
  return sooner(until, core::deadline::in(std::max(until.left(now) / 2, shortest_attempt), now));
}

core::duration aws_client::pause_after(int attempts) {
  const core::duration most = std::min(longest_pause, first_pause * (1 << std::min(attempts, 10)));
  return std::chrono::duration_cast<core::duration>(most * worker_.random.uniform());
}

core::task<aws_client::attempt> aws_client::try_once(const aws_call& what, core::deadline until) {
  auto request = co_await signed_request(what, until);
  if (!request) co_return attempt{request.error(), true, false};
  auto stream = pool_.take(true);
  if (!stream) {
    auto fresh = co_await core::dial(worker_, pool_.target(), until);
    // A certificate does not get better by looking at it again.
    const bool again = fresh.error != core::errc::tls_certificate;
    if (!fresh.stream) co_return attempt{fresh.error, again, false};
    stream = std::move(fresh.stream);
  }
  auto done = co_await core::exchange(*stream, *request, {}, until);
  if (done.error) co_return attempt{done.error, true, true};
  if (done.answer.reusable) pool_.put(std::move(stream), done.answer.times.done);
  co_return judge(what, std::move(done.answer));
}

core::task<core::result<core::outgoing_request>> aws_client::signed_request(const aws_call& what,
                                                                            core::deadline until) {
  auto who = co_await credentials_.get(until);
  if (!who) co_return who.error();
  core::outgoing_request request;
  request.method = "POST";
  request.target = at_.url.path + "/";
  request.headers = what.headers;
  request.headers.insert(request.headers.begin(), {"Host", host_header(at_.url)});
  request.body = what.body;
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  auto signature =
      signature_headers({request.method, request.target, request.headers, request.body}, *who,
                        at_.scope, now.count());
  for (auto& header : signature) request.headers.push_back(std::move(header));
  co_return request;
}

aws_client::attempt aws_client::judge(const aws_call& what, core::http_answer answer) {
  if (answer.status >= 200 && answer.status < 300) {
    reported_.clear();
    return {std::move(answer.body), false, false};
  }
  const auto failure =
      read_failure(answer.body, answer.header("x-amzn-errortype").value_or(std::string_view()));
  report(what, answer.status, failure.type, failure.message);
  const core::error_code error = aws_error(answer.status, failure.type);
  if (is_expired(error)) credentials_.expired();
  return {error, !is_refusal(error), is_server_fault(error)};
}

void aws_client::report(const aws_call& what, int status, const std::string& type,
                        const std::string& message) {
  std::string said = what.action + " " + type + " " + message;
  if (said == reported_) return;
  worker_.log.warning("AWS says no", {{"service", at_.scope.service},
                                      {"action", what.action},
                                      {"status", status},
                                      {"error", type},
                                      {"message", message}});
  reported_ = std::move(said);
}

}  // namespace api
