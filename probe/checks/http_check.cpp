#include "probe/checks/http_check.hpp"

#include "core/dialer.hpp"
#include "core/http_exchange.hpp"
#include "core/worker.hpp"
#include "probe/checks/request_builder.hpp"

namespace probe {
namespace {

using core::instant;

bool reached(instant t) noexcept {
  return t != instant{};
}

/// The first phase of a dial that did not end, and the times of those that did.
phase read_dial(const core::dialled& from, bool tls, phase_times& into) {
  const auto& t = from.times;
  if (!reached(t.resolved)) return phase::resolve;
  into[phase::resolve] = t.resolved - t.start;
  if (!reached(t.connected)) return phase::connect;
  into[phase::connect] = t.connected - t.resolved;
  if (tls && reached(t.secured)) into[phase::tls] = t.secured - t.connected;
  return phase::tls;
}

/// The same for an exchange.
phase read_exchange(const core::exchanged& from, phase_times& into) {
  const auto& t = from.answer.times;
  if (!reached(t.sent)) return phase::send;
  into[phase::send] = t.sent - t.start;
  if (!reached(t.first_byte)) return phase::wait;
  into[phase::wait] = t.first_byte - t.sent;
  if (!from.error) into[phase::receive] = t.done - t.first_byte;
  return phase::receive;
}

void break_off(check_result& out, phase at, const core::error_code& error) {
  const auto why = core::classify(error);
  out.broken = reason_of(why);
  out.broke_in = at;
  out.detail = std::string(to_label(at)) + ": " + core::to_label(why);
}

/// May be sent again when a kept connection turns out to be dead (RFC 9110, 9.2.2).
bool is_idempotent(const std::string& method) noexcept {
  return method != "POST" && method != "PATCH" && method != "CONNECT";
}

/// Where to connect: the request's authority, or the address a replay has for its name.
core::dial_target target_of(const check_context& c, const built_request& request) {
  core::dial_target out{request.authority, request.tls ? c.setup.tls : nullptr, {}};
  if (!c.pinned) return out;
  const auto found = c.pinned->find(request.authority.host);
  if (found == c.pinned->end()) return out;
  out.server_name = out.where.host;
  out.where.host = found->second;
  return out;
}

struct opened {
  std::unique_ptr<core::byte_stream> stream;  // null: broken off
  bool reused = false;
};

core::task<opened> open(check_context& c, const built_request& request, std::string key, bool fresh,
                        check_result& out) {
  if (auto kept = c.connections.extract(key); kept && !fresh && !kept.mapped()->stale()) {
    co_return opened{std::move(kept.mapped()), true};
  }
  const auto target = target_of(c, request);
  auto dialled = co_await core::dial(c.worker, target, c.until);
  const phase at = read_dial(dialled, request.tls, out.phases);
  out.peer = std::move(dialled.peer);
  if (!dialled.stream) break_off(out, at, dialled.error);
  co_return opened{std::move(dialled.stream), false};
}

void read_answer(core::exchanged& from, check_result& out) {
  const phase at = read_exchange(from, out.phases);
  out.answer.status = from.answer.status;
  out.answer.headers = std::move(from.answer.headers);
  out.answer.body = std::move(from.answer.body);
  if (from.error) break_off(out, at, from.error);
}

void keep_sent(core::outgoing_request& from, check_result& out) {
  out.sent_headers = std::move(from.headers);
  out.sent_body = std::move(from.body);
}

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
  out.url = request->url;
  const std::string key = (request->tls ? "https://" : "http://") + request->authority.to_string();
  const instant start = core::now();
  for (bool fresh = false;; fresh = true) {
    auto connection = co_await open(c, *request, key, fresh, out);
    if (!connection.stream) {
      keep_sent(request->request, out);
      co_return out;
    }
    auto exchanged = co_await core::exchange(*connection.stream, request->request, {}, c.until);
    const bool died_unused = exchanged.error && connection.reused && exchanged.answered_nothing &&
                             !connection.stream->timed_out();
    if (died_unused && is_idempotent(request->request.method)) continue;
    if (connection.reused)
      out.peer = connection.stream->remote().address().to_string() + ":" +
                 std::to_string(connection.stream->remote().port());
    const bool keep = !exchanged.error && exchanged.answer.reusable;
    read_answer(exchanged, out);
    if (keep) c.connections.insert_or_assign(key, std::move(connection.stream));
    break;
  }
  out.answer.took = core::now() - start;
  keep_sent(request->request, out);
  co_return out;
}

}  // namespace probe
