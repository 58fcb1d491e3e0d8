#include "api/redis/redis_queue.hpp"

#include <algorithm>

#include "api/queue/uuid7.hpp"
#include "core/log.hpp"

namespace api {
namespace {

core::error_code refused_by_redis() noexcept {
  return queue_errc::refused;
}

// XREADGROUP gives [[stream, entries]], or nil after a wait in vain.
std::vector<delivery> of_read(const core::redis_reply& reply) {
  if (reply.items.empty() || reply.items[0].items.size() != 2) return {};
  return to_deliveries(reply.items[0].items[1]);
}

}  // namespace

redis_producer::redis_producer(redis_connection& connection, core::logger& log, std::int64_t limit)
    : connection_(connection), log_(log), limit_(limit) {}

std::string redis_producer::new_id() {
  return new_transaction_id();
}

bool redis_producer::durable() const noexcept {
  return connection_.connected() && checked_ == connection_.number();
}

core::task<core::result<>> redis_producer::check(core::deadline until) {
  auto settings = co_await connection_.run(durability_questions(), until);
  if (!settings) co_return settings.error();
  const std::string problem = durability_problem(*settings);
  checked_ = problem.empty() ? connection_.number() : 0;
  if (!problem.empty() && problem != problem_)
    log_.error("the queue is not durable: accepting no messages", {{"reason", problem}});
  problem_ = problem;
  if (!problem.empty()) co_return queue_errc::not_durable;
  co_return core::result<>();
}

core::task<core::result<acceptance>> redis_producer::enqueue(call_context call,
                                                             queued_message message,
                                                             std::optional<idempotency> once) {
  if (!connection_.connected() || !durable()) {
    // Nothing was sent, so nothing was taken, and whoever asks next may find it there again.
    if (auto found = co_await check(call.until); !found) co_return found.error();
  }
  auto reply =
      co_await accept_.run(connection_, accepting_call(accept_, message, once, limit_), call.until);
  if (!reply) co_return reply.error();
  if (reply->is_error()) log_.error("redis did not take a message", {{"reason", reply->text}});
  // A new connection in between may have led to a server that has not been checked.
  if (!durable()) co_return core::error_code(core::errc::closed);
  co_return to_acceptance(*reply, message.id);
}

core::task<core::result<queue_entry>> redis_producer::find(call_context call, std::string id) {
  core::redis_command command{"MGET", pending_key(id), dead_key(id)};
  auto reply = co_await connection_.run(std::move(command), call.until);
  if (!reply) co_return reply.error();
  if (reply->items.size() != 2) co_return refused_by_redis();
  if (!reply->items[1].is_nil())
    co_return queue_entry{queue_state::dead, std::move(reply->items[1].text)};
  co_return queue_entry{reply->items[0].is_nil() ? queue_state::unknown : queue_state::pending, {}};
}

redis_consumer::redis_consumer(redis_connection& reading, redis_connection& control,
                               delivery_config config)
    : reading_(reading), control_(control), config_(std::move(config)) {}

core::task<core::result<>> redis_consumer::join(core::deadline until) {
  if (joined_) co_return core::result<>();
  core::redis_command create{"XGROUP", "CREATE", message_stream, worker_group, "0", "MKSTREAM"};
  auto reply = co_await control_.run(std::move(create), until);
  if (!reply) co_return reply.error();
  if (reply->is_error() && core::redis_error_prefix(*reply) != "BUSYGROUP")
    co_return refused_by_redis();
  joined_ = true;
  co_return core::result<>();
}

core::task<core::result<core::redis_reply>> redis_consumer::in_group(core::redis_command command,
                                                                     core::deadline until) {
  if (auto joined = co_await join(until); !joined) co_return joined.error();
  auto reply = co_await control_.run(std::move(command), until);
  if (reply && reply->is_error()) {
    joined_ = core::redis_error_prefix(*reply) != "NOGROUP";
    co_return refused_by_redis();
  }
  co_return reply;
}

core::task<core::result<std::vector<delivery>>> redis_consumer::recover(call_context call,
                                                                        std::size_t most) {
  core::result<std::vector<delivery>> found = std::vector<delivery>();
  if (!recovered_) {
    found = co_await claim(whose::own, most, call.until);
    recovered_ = found && found->empty();
  }
  if (found && found->empty() && core::now() >= next_claim_) {
    found = co_await claim(whose::left_behind, most, call.until);
    if (found && found->empty()) next_claim_ = core::now() + config_.claim_after / 2;
  }
  if (!found) co_return found;
  co_return hand_out(std::move(*found));
}

core::task<core::result<std::vector<delivery>>> redis_consumer::claim(whose from, std::size_t most,
                                                                      core::deadline until) {
  std::vector<delivery> found;
  for (bool more = true; more && found.empty();) {
    auto waiting = co_await list_pending(from, most, until);
    if (!waiting) co_return waiting.error();
    more = !waiting->empty();
    if (!more) break;
    auto taken = co_await take(*waiting, from, until);
    if (!taken) co_return taken.error();
    found = std::move(*taken);
  }
  co_return found;
}

// Neither XAUTOCLAIM nor a reading of our own history: both count a delivery of what is in hand.
core::task<core::result<std::vector<delivery>>> redis_consumer::take(const pending_counts& waiting,
                                                                     whose from,
                                                                     core::deadline until) {
  core::redis_command claim{"XCLAIM", message_stream, worker_group, config_.consumer,
                            idle_of(from)};
  core::redis_command forget{"XACK", message_stream, worker_group};
  for (const auto& [receipt, count] : waiting) claim.push_back(receipt);
  auto taken = co_await in_group(std::move(claim), until);
  if (!taken) co_return taken.error();
  auto found = to_deliveries(*taken);
  std::unordered_set<std::string_view> there;
  for (auto& d : found) {
    if (const auto known = waiting.find(d.receipt); known != waiting.end())
      d.count = known->second + 1;
    there.insert(d.receipt);
  }
  // What somebody deleted from the stream stays pending, and would stand before the rest for ever.
  for (const auto& [receipt, count] : waiting)
    if (!there.contains(receipt)) forget.push_back(receipt);
  if (forget.size() > 3 && found.empty()) {
    auto forgotten = co_await in_group(std::move(forget), until);
    if (!forgotten) co_return forgotten.error();
  }
  co_return found;
}

std::string redis_consumer::idle_of(whose from) const {
  const auto idle = std::chrono::duration_cast<std::chrono::milliseconds>(config_.claim_after);
  return std::to_string(from == whose::own ? 0 : idle.count());
}

// Page by page, since what is in hand may stand before what is looked for.
core::task<core::result<redis_consumer::pending_counts>> redis_consumer::list_pending(
    whose from, std::size_t most, core::deadline until) {
  pending_counts found;
  std::string start = "-";
  for (bool more = true; more && found.empty();) {
    core::redis_command ask{"XPENDING",    message_stream, worker_group, "IDLE",
                            idle_of(from), start,          "+",          std::to_string(most)};
    if (from == whose::own) ask.push_back(config_.consumer);
    auto page = co_await in_group(std::move(ask), until);
    if (!page) co_return page.error();
    for (const auto& row : page->items) {
      if (row.items.size() != 4) co_return refused_by_redis();
      const std::string& receipt = row.items[0].text;
      const bool ours = row.items[1].text == config_.consumer;
      if (ours == (from == whose::own) && !in_hand_.contains(receipt))
        found.emplace(receipt, row.items[3].integer);
    }
    more = page->items.size() == most;
    if (more) start = "(" + page->items.back().items[0].text;
  }
  co_return found;
}

std::vector<delivery> redis_consumer::hand_out(std::vector<delivery> found) {
  for (const auto& d : found) in_hand_.insert(d.receipt);
  return found;
}

core::task<core::result<std::vector<delivery>>> redis_consumer::receive(call_context call,
                                                                        std::size_t most) {
  if (auto joined = co_await join(call.until); !joined) co_return joined.error();
  const auto wait =
      std::chrono::ceil<std::chrono::milliseconds>(call.until.left(core::now())).count();
  // Redis answers a wait in vain at its end: that needs some time of its own.
  const core::deadline reply_by{call.until.at + std::chrono::seconds(2)};
  core::redis_command read{"XREADGROUP", "GROUP",
                           worker_group, config_.consumer,
                           "COUNT",      std::to_string(most),
                           "BLOCK",      std::to_string(std::max<std::int64_t>(wait, 1)),
                           "STREAMS",    message_stream,
                           ">"};
  auto reply = co_await reading_.run(std::move(read), reply_by);
  if (!reply) {
    recovered_ = false;  // what the lost reply held was delivered to us all the same
    co_return reply.error();
  }
  if (reply->is_error()) {
    joined_ = core::redis_error_prefix(*reply) != "NOGROUP";
    co_return refused_by_redis();
  }
  co_return hand_out(of_read(*reply));
}

core::task<core::result<>> redis_consumer::transact(std::vector<core::redis_command> commands,
                                                    core::deadline until) {
  auto replies = co_await control_.run(std::move(commands), until);
  if (replies && transaction_problem(replies->back()).empty()) co_return core::result<>();
  recovered_ = false;  // they are still ours, and come again
  if (!replies) co_return replies.error();
  co_return refused_by_redis();
}

core::task<core::result<>> redis_consumer::settle(call_context call, std::vector<delivery> stored) {
  auto settled = co_await transact(settling_commands(stored), call.until);
  for (const auto& d : stored) take_back(d);
  co_return settled;
}

core::task<core::result<>> redis_consumer::bury(call_context call,
                                                std::vector<dead_letter> letters) {
  auto buried = co_await transact(burying_commands(letters), call.until);
  for (const auto& letter : letters) take_back(letter.what);
  co_return buried;
}

core::task<core::result<queue_account>> redis_consumer::account(call_context call) {
  auto replies = co_await control_.run(account_questions(), call.until);
  if (!replies) co_return replies.error();
  co_return to_account(replies->back());
}

core::task<> redis_consumer::leave(call_context call) {
  core::redis_command ask{"XPENDING", message_stream,  worker_group, "-", "+",
                          "1",        config_.consumer};
  auto mine = co_await control_.run(std::move(ask), call.until);
  // Deleting a consumer deletes what it has pending: only when that is nothing.
  if (!mine || mine->kind != core::redis_kind::array || !mine->items.empty()) co_return;
  core::redis_command remove{"XGROUP", "DELCONSUMER", message_stream, worker_group,
                             config_.consumer};
  co_await control_.run(std::move(remove), call.until);
}

core::task<core::result<std::vector<dead_letter>>> redis_dead_letters::list(call_context call,
                                                                            std::string after,
                                                                            std::size_t most) {
  core::redis_command read{"XRANGE", dead_stream, after.empty() ? "-" : "(" + after,
                           "+",      "COUNT",     std::to_string(most)};
  auto reply = co_await connection_.run(std::move(read), call.until);
  if (!reply) co_return reply.error();
  if (reply->is_error()) co_return refused_by_redis();
  std::vector<dead_letter> letters;
  for (const auto& entry : reply->items) letters.push_back(to_dead_letter(entry));
  co_return letters;
}

core::task<core::result<redriven>> redis_dead_letters::redrive(call_context call,
                                                               dead_letter letter) {
  auto reply = co_await redrive_.run(connection_, redriving_call(redrive_, letter), call.until);
  if (!reply) co_return reply.error();
  if (reply->is_error()) co_return refused_by_redis();
  co_return reply->integer == 1 ? redriven::pending : redriven::gone;
}

}  // namespace api
