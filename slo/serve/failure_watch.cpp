#include "slo/serve/failure_watch.hpp"

#include "core/log.hpp"
#include "core/tls_context.hpp"

namespace slo {

namespace {

constexpr auto answer_time = std::chrono::seconds(5);
constexpr std::size_t largest_answer = 8 * 1024 * 1024;
constexpr const char* wanted = "/failures?outcome=failed&limit=100";

}  // namespace

failure_watch::failure_watch(core::worker& w, const std::vector<probe_source>& probes,
                             core::duration every)
    : worker_(w), every_(every), probes_(probes) {
  for (const auto& probe : probes_) {
    auto tls = probe.url.tls ? core::tls_context::client({}) : nullptr;
    const core::exchange_limits limits{.head = 64 * 1024, .body = largest_answer};
    clients_.push_back(std::make_unique<core::http_client>(w, probe.url, limits, std::move(tls)));
    sources_.emplace_back().probe = probe.url.to_string();
  }
}

void failure_watch::start() {
  for (std::size_t i = 0; i < probes_.size(); ++i) worker_.start("failures", keep_asking(i));
}

core::task<> failure_watch::keep_asking(std::size_t probe) {
  for (;;) {
    const auto next = core::now() + every_;
    auto problem = co_await ask(probe);
    auto& source = sources_[probe];
    if (!problem.empty() && problem != source.problem) {
      worker_.log.warning("a probe's failures cannot be read",
                          {{"probe", source.probe}, {"error", problem}});
    }
    source.problem = std::move(problem);
    ++version_;
    co_await core::sleep_until(worker_, next);
  }
}

/// What went wrong; "" when the source has new failures.
core::task<std::string> failure_watch::ask(std::size_t probe) {
  core::outgoing_request request;
  request.target = wanted;
  request.headers.emplace_back("Accept", "application/json");
  if (const auto& token = probes_[probe].token) {
    request.headers.emplace_back("Authorization", "Bearer " + token->reveal());
  }
  const auto until = core::deadline::in(answer_time, core::now());
  const auto answer = co_await clients_[probe]->send(std::move(request), until);
  if (answer.has_error()) co_return "it does not answer: " + answer.error().message();
  if (answer->status != 200) co_return "it answers with HTTP " + std::to_string(answer->status);
  auto found = parse_failures(answer->body, probes_[probe].url);
  if (found.has_error()) co_return found.error();
  sources_[probe].failures = std::move(*found);
  co_return std::string();
}

}  // namespace slo
