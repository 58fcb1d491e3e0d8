#include "probe/checks/http_check.hpp"

#include <algorithm>

#include "core/gzip.hpp"
#include "core/http_exchange.hpp"
#include "core/http_head.hpp"
#include "core/worker.hpp"
#include "probe/checks/all_addresses.hpp"
#include "probe/checks/connection.hpp"
#include "probe/checks/redirect.hpp"
#include "probe/checks/request_builder.hpp"

namespace probe {
namespace {

using core::instant;

/// The first phase of an exchange that did not end; the times of those that did are added.
phase read_times(const core::exchanged& from, check_result& into) {
  const auto& t = from.answer.times;
  if (t.sent == instant{}) return phase::send;
  add_time(into, phase::send, t.sent - t.start);
  if (t.first_byte == instant{}) return phase::wait;
  add_time(into, phase::wait, t.first_byte - t.sent);
  if (!from.error) add_time(into, phase::receive, t.done - t.first_byte);
  return phase::receive;
}

/// May be sent again when a kept connection turns out to be dead (RFC 9110, 9.2.2).
bool is_idempotent(const std::string& method) noexcept {
  return method != "POST" && method != "PATCH" && method != "CONNECT";
}

/// What to say of an answer that is too large.
std::string too_large(const core::exchanged& from, std::uint64_t most) {
  if (from.answer.status == 0) return "the head";
  return "the body, more than " + core::format_byte_size({most});
}

/// Reads a body that came compressed.
void decode(const http_request& q, check_result& out) {
  auto& answer = out.answer;
  const auto coding = answer.header("content-encoding");
  if (!coding || answer.body.empty()) return;
  if (!core::iequals(*coding, "gzip") && !core::iequals(*coding, "x-gzip")) return;
  core::gzip_reader reader;
  auto plain = reader.read(answer.body, q.max_body.bytes);
  if (plain) {
    answer.body = *std::move(plain);
    answer.size = answer.body.size();
    return;
  }
  const bool bomb = plain.error() == core::make_error_code(core::errc::too_large);
  break_off(out, phase::receive, plain.error(),
            bomb ? "more than " + core::format_byte_size(q.max_body) + " after decompression"
                 : "the body is no gzip");
}

void read_answer(core::exchanged& from, const http_request& q, check_result& out) {
  const phase at = read_times(from, out);
  auto& answer = out.answer;
  answer.status = from.answer.status;
  answer.headers = std::move(from.answer.headers);
  answer.body = std::move(from.answer.body);
  answer.size = answer.raw_size = from.answer.body_size;
  answer.legacy = from.answer.legacy;
  if (!from.error) return decode(q, out);
  const bool large = from.error == core::make_error_code(core::errc::too_large);
  break_off(out, at, from.error, large ? too_large(from, q.max_body.bytes) : std::string());
}

/// One attempt: a request, and those that redirects ask for.
class http_walk {
 public:
  http_walk(check_context& c, built_request first, check_result& out)
      : context_(c), request_(std::move(first)), out_(out) {}

  core::task<> run() {
    const auto most = context_.step.http->redirects;
    for (;;) {
      co_await send();
      if (out_.broken || most == 0 || !is_redirect(out_.answer.status)) co_return;
      const auto location = out_.answer.header("location");
      if (!location) co_return;  // then it is an answer
      if (!follow(*location, most)) co_return;
    }
  }

  /// The last request, which nobody needs any longer, for the bundle.
  void keep_sent() {
    out_.sent_headers = std::move(request_.request.headers);
    out_.sent_body = std::move(request_.request.body);
  }

 private:
  struct opened {
    std::unique_ptr<core::byte_stream> stream;  // null: broken off
    bool reused = false;
  };

  /// The request as it was asked for, and the way to its host.
  std::string key() const {
    std::string out = request_.tls ? "https://" : "http://";
    out += request_.authority.to_string();
    const auto& q = *context_.step.http;
    const auto* own = q.tls ? &*q.tls : nullptr;
    if (own || q.ip != core::ip_family::any || !q.source.empty() || context_.fixed) {
      out += " " + std::to_string(reinterpret_cast<std::uintptr_t>(own)) + " " +
             std::to_string(static_cast<int>(q.ip)) + " " + q.source;
      if (context_.fixed) out += " " + context_.fixed->to_string();
    }
    return out;
  }

  core::task<opened> open(const std::string& key, bool fresh) {
    if (auto kept = context_.connections.extract(key); kept && !fresh && !kept.mapped()->stale()) {
      note_tls(context_, *kept.mapped(), out_);
      co_return opened{std::move(kept.mapped()), true};
    }
    const auto& q = *context_.step.http;
    connection_order order{request_.authority, q, request_.tls, q.tls ? &*q.tls : nullptr,
                           tls_use::http};
    auto stream = co_await connect(context_, std::move(order), out_);
    co_return opened{std::move(stream), false};
  }

  core::task<> send() {
    const auto& q = *context_.step.http;
    out_.method = request_.request.method;
    out_.url = request_.url;
    const std::string where = key();
    core::exchange_limits limits;
    limits.body = q.max_body.bytes;
    for (bool fresh = false;; fresh = true) {
      auto connection = co_await open(where, fresh);
      if (!connection.stream) co_return;
      auto exchanged =
          co_await core::exchange(*connection.stream, request_.request, limits, context_.until);
      const bool died_unused = exchanged.error && connection.reused && exchanged.answered_nothing &&
                               !connection.stream->timed_out();
      if (died_unused && is_idempotent(request_.request.method)) continue;
      if (connection.reused) {
        const auto peer = connection.stream->remote();
        note_peer(core::address{peer.address().to_string(), peer.port()}.to_string(),
                  request_.authority.host, out_);
      }
      const bool keep = !exchanged.error && exchanged.answer.reusable;
      read_answer(exchanged, q, out_);
      if (keep) context_.connections.insert_or_assign(where, std::move(connection.stream));
      co_return;
    }
  }

  bool stop(std::string why) {
    out_.broken = failure_reason::redirects;
    out_.detail = std::move(why);
    return false;
  }

  /// Makes the request that the redirect asks for; false: broken off.
  bool follow(std::string_view location, std::int64_t most) {
    if (out_.redirects == most)
      return stop("more than " + std::to_string(most) + " redirects; the next is to " +
                  brief(location));
    std::string why;
    auto next = follow_redirect(
        request_, {out_.answer.status, location, context_.step.http->redirect_body}, why);
    if (!next) return stop(std::move(why));
    visited_.push_back(request_.request.method + " " + request_.url);
    const auto again = next->request.method + " " + next->url;
    if (std::find(visited_.begin(), visited_.end(), again) != visited_.end())
      return stop("redirected in a circle, back to " + next->url);
    const bool at_home = same_origin(request_, *next);
    if (!at_home) context_.fixed.reset();
    request_ = *std::move(next);
    if (at_home && signed_) sign_request(context_, request_);
    signed_ = signed_ && at_home;
    ++out_.redirects;
    return true;
  }

  check_context context_;  // a copy: the fixed address is for the first host only
  built_request request_;
  check_result& out_;
  std::vector<std::string> visited_;
  bool signed_ = is_signed(context_.scenario, context_.setup);
};

}  // namespace

core::task<check_result> check_http(check_context& c) {
  check_result out;
  std::string why;
  auto request = build_request(c, why);
  out.method = c.step.http->method;
  if (!request) {
    out.broken = failure_reason::request;
    out.detail = std::move(why);
    co_return out;
  }
  const auto& q = *c.step.http;
  if (q.all_addresses && !c.fixed) {
    const auto authority = request->authority;
    co_return co_await check_all_addresses(c, authority, q.ip, check_http);
  }
  const instant start = core::now();
  http_walk walk(c, *std::move(request), out);
  co_await walk.run();
  out.answer.took = core::now() - start;
  walk.keep_sent();
  co_return out;
}

}  // namespace probe
