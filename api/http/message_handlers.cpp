#include "api/http/message_handlers.hpp"

#include <chrono>

#include "api/http/answers.hpp"
#include "api/http/representations.hpp"
#include "api/queue/uuid7.hpp"
#include "core/json_text.hpp"
#include "core/problem_details.hpp"

namespace api {
namespace {

queued_message to_queued(new_message&& m, const call_context& call) {
  queued_message q;
  q.id = new_transaction_id();
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

core::server_response pending(int status, const std::string& id) {
  auto response =
      json_response(status, "{\"transaction_id\":\"" + id + "\",\"status\":\"pending\"}");
  response.headers.emplace_back("Location", "/v1/messages/" + id);
  return response;
}

core::server_response dead(const std::string& id, const std::string& reason) {
  return json_response(
      200, "{\"transaction_id\":\"" + id +
               "\",\"status\":\"dead_lettered\",\"reason\":" + core::json_string(reason) + "}");
}

}  // namespace

core::task<core::server_response> post_message(message_producer& queue, api_request request) {
  if (!has_json_body(request.http))
    co_return core::problem_response(415, "The body must be application/json.");
  auto parsed = parse_new_message(request.http.body);
  if (!parsed) co_return refused_json(parsed.error());
  if (!queue.durable())
    co_return unavailable("The queue is not available or not durable: nothing is accepted.");

  queued_message message = to_queued(std::move(*parsed), request.call);
  const std::string id = message.id;
  auto taken = co_await queue.enqueue(request.call, std::move(message));
  if (!taken) co_return unavailable("The queue did not confirm the message: send it again.");
  co_return pending(202, id);
}

core::task<core::server_response> get_message(message_reader& messages, message_producer& queue,
                                              api_request request) {
  const std::string id = request.path_parameter("transaction_id");
  if (!is_uuid(id)) co_return core::problem_response(404, "This is no transaction id.");
  auto stored = co_await messages.find(request.call, id);
  if (stored && *stored) co_return json_response(200, to_json(**stored));

  auto entry = co_await queue.find(request.call, id);
  if (entry && entry->state == queue_state::pending) co_return pending(202, id);
  if (entry && entry->state == queue_state::dead) co_return dead(id, entry->reason);

  // It may have been stored, and so have left the queue, between the two looks.
  stored = co_await messages.find(request.call, id);
  if (stored && *stored) co_return json_response(200, to_json(**stored));
  if (!stored || !entry)
    co_return unavailable("What became of this transaction cannot be found out at the moment.");
  co_return core::problem_response(404, "There is no such transaction.");
}

}  // namespace api
