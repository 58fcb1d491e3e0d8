#include "core/otlp_sender.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "core/log.hpp"
#include "core/otlp_encode.hpp"
#include "core/tls_context.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

/// Retry-After as seconds or as an HTTP date (RFC 9110, 10.2.3).
std::optional<duration> parse_retry_after(std::string_view text) {
  long seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size() && seconds >= 0)
    return std::chrono::seconds(std::min(seconds, 86400L));
  tm when{};
  const std::string copy(text);
  if (!strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &when)) return std::nullopt;
  const auto left = timegm(&when) - std::time(nullptr);
  return std::chrono::seconds(std::clamp<long>(left, 0, 86400));
}

}  // namespace

otlp_sender::otlp_sender(worker& w, otlp_config config, span_sink& sink)
    : worker_(w),
      config_(std::move(config)),
      sink_(sink),
      client_(w, config_.endpoint, {}, config_.endpoint.tls ? tls_context::client({}) : nullptr) {}

void otlp_sender::start() {
  idle_ = false;
  worker_.start("otlp sender", run());
}

task<> otlp_sender::run() {
  while (!stopping_) {
    const auto batch_size = static_cast<std::size_t>(config_.batch);
    const instant collect_until = now() + config_.interval;
    while (!stopping_ && sink_.waiting() < batch_size && now() < collect_until)
      co_await sleep_for(worker_,
                         std::min(config_.interval, duration(std::chrono::milliseconds(50))));
    while (sink_.waiting() > 0) {
      span_batch batch = sink_.take(batch_size);
      if (batch.spans == 0) break;
      co_await send(std::move(batch));
      if (!stopping_ && sink_.waiting() < batch_size) break;
    }
  }
  idle_ = true;
}

task<> otlp_sender::send(span_batch batch) {
  otlp_retry retry({}, now());
  for (;;) {
    const deadline until = sooner(deadline::in(config_.timeout, now()), flush_until_);
    const attempt outcome = co_await post(batch.body, until);
    const auto action = retry.next(outcome, now(), worker_.random);
    if (const auto* done = std::get_if<otlp_retry::done>(&action)) {
      const auto rejected = std::min(done->rejected, batch.spans);
      sink_.dropped(rejected, drop_reason::rejected);
      sink_.exported(batch.spans - rejected);
      co_return;
    }
    if (const auto* drop = std::get_if<otlp_retry::drop>(&action)) {
      sink_.dropped(batch.spans, drop->reason);
      co_return;
    }
    const instant again = now() + std::get<otlp_retry::again>(action).after;
    while (!stopping_ && now() < again)
      co_await sleep_until(worker_,
                           std::min(again, now() + duration(std::chrono::milliseconds(100))));
    if (stopping_ && flush_until_.passed(now() + duration(std::chrono::milliseconds(50)))) {
      sink_.dropped(batch.spans, drop_reason::shutdown);
      co_return;
    }
    if (stopping_) co_await sleep_for(worker_, std::chrono::milliseconds(50));
  }
}

task<attempt> otlp_sender::post(const std::string& body, deadline until) {
  outgoing_request request;
  request.method = "POST";
  request.target = "/v1/traces";
  request.headers.emplace_back("Content-Type", "application/x-protobuf");
  request.body = body;
  attempt out;
  auto answer = co_await client_.send(std::move(request), until);
  if (!answer) co_return out;
  out.status = answer->status;
  if (auto after = answer->header("retry-after")) out.retry_after = parse_retry_after(*after);
  if (answer->status / 100 == 2) {
    auto outcome = decode_export_response(answer->body);
    if (outcome) {
      out.rejected = outcome->rejected;
      if (!outcome->message.empty())
        worker_.log.warning("OTLP receiver rejected spans",
                            {{"rejected", outcome->rejected}, {"message", outcome->message}});
    }
  }
  co_return out;
}

task<> otlp_sender::flush(deadline until) {
  flush_until_ = until;
  stopping_ = true;
  while (!idle_) co_await sleep_for(worker_, std::chrono::milliseconds(5));
  for (;;) {
    span_batch rest = sink_.take(static_cast<std::size_t>(config_.batch));
    if (rest.spans == 0) break;
    if (until.passed(now()))
      sink_.dropped(rest.spans, drop_reason::shutdown);
    else
      co_await send(std::move(rest));
  }
}

}  // namespace core
