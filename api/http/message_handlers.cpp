#include "api/http/message_handlers.hpp"

#include <algorithm>
#include <chrono>

#include "api/http/answers.hpp"
#include "api/http/query.hpp"
#include "api/http/representations.hpp"
#include "api/queue/uuid7.hpp"
#include "core/digest.hpp"
#include "core/json_text.hpp"

namespace api {
namespace {

constexpr std::size_t longest_key = 255;
constexpr std::string_view get_parameters[] = {"wait"};

queued_message to_queued(new_message&& m, std::string id, const call_context& call) {
  queued_message q;
  q.id = std::move(id);
  q.topic = std::move(m.topic);
  q.message = std::move(m.message);
  q.accepted_at = std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count();
  q.tracestate = call.tracestate;
  if (call.parent) {
    const auto traceparent = core::format_traceparent(call.parent);
    q.traceparent.assign(traceparent.data(), traceparent.size());
  }
  return q;
}

core::server_response pending(const std::string& id, message_dialect dialect) {
  auto response = json_response(202, "{\"transaction_id\":\"" + id + "\",\"status\":\"pending\"}");
  response.headers.emplace_back("Location", dialect.location + id);
  return response;
}

core::server_response dead(const std::string& id, const std::string& reason) {
  return json_response(
      200, "{\"transaction_id\":\"" + id +
               "\",\"status\":\"dead_lettered\",\"reason\":" + core::json_string(reason) + "}");
}

core::server_response not_taken(const core::error_code& error) {
  if (error == queue_errc::full)
    return unavailable("Too many messages are pending: nothing is accepted at the moment.");
  if (error == queue_errc::not_durable)
    return unavailable("The queue is not durable: nothing is accepted at the moment.");
  return unavailable("The queue did not confirm the message: send it again.");
}

// Keys are a matter between one client and us.
std::optional<idempotency> once_of(const api_request& request, const new_message& m) {
  const auto key = request.http.header("idempotency-key");
  if (!key) return std::nullopt;
  return idempotency{request.caller + "\n" + std::string(*key), message_fingerprint(m)};
}

core::server_response taken(acceptance accepted, message_dialect dialect) {
  if (accepted.what == acceptance::outcome::conflict)
    return core::problem_response(
        422, "Under this Idempotency-Key another message was accepted before.");
  auto response = pending(accepted.id, dialect);
  if (accepted.what == acceptance::outcome::replayed)
    response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

}  // namespace

bool valid_idempotency_key(std::string_view key) noexcept {
  const auto visible = [](char c) { return c > ' ' && c < 0x7f; };
  return !key.empty() && key.size() <= longest_key && std::all_of(key.begin(), key.end(), visible);
}

std::string message_fingerprint(const new_message& m) {
  std::string text = m.topic;
  text.push_back('\0');
  text.append(m.message);
  return core::to_hex(core::sha256(text));
}

core::task<core::server_response> post_message(message_producer& queue, message_dialect dialect,
                                               api_request request) {
  if (const query_reader query(request.http.query, {}); !query.good()) co_return query.refusal();
  if (!has_json_body(request.http)) co_return wrong_content_type();
  auto parsed = dialect.parse(request.http.body);
  if (!parsed) co_return refused_json(parsed.error());
  const auto key = request.http.header("idempotency-key");
  if (key &&
      (!valid_idempotency_key(*key) || request.http.head.fields.count("idempotency-key") > 1))
    co_return core::problem_response(
        400, "The header Idempotency-Key must be there once, with 1 to 255 visible characters.");

  auto once = once_of(request, *parsed);
  auto message = to_queued(std::move(*parsed), queue.new_id(), request.call);
  auto accepted = co_await queue.enqueue(request.call, std::move(message), std::move(once));
  if (!accepted) co_return not_taken(accepted.error());
  co_return taken(std::move(*accepted), dialect);
}

core::task<core::server_response> get_message(transactions& all, message_dialect dialect,
                                              api_request request) {
  query_reader query(request.http.query, get_parameters);
  const std::chrono::seconds time(query.number("wait", 0, 30, 0));
  if (!query.good()) co_return query.refusal();
  const std::string id = request.path_parameter("transaction_id");
  if (!is_uuid(id)) co_return core::problem_response(404, "This is no transaction id.");

  auto found = co_await all.wait(request.call, id, time);
  if (!found)
    co_return unavailable("What became of this transaction cannot be found out at the moment.");
  switch (found->what) {
    case transaction::state::stored: co_return json_response(200, to_json(found->stored));
    case transaction::state::dead: co_return dead(id, found->reason);
    case transaction::state::unknown: break;
    case transaction::state::pending: {
      auto response = pending(id, dialect);
      response.headers.emplace_back("Retry-After", "1");
      co_return response;
    }
  }
  co_return core::problem_response(404, "There is no such transaction.");
}

}  // namespace api
