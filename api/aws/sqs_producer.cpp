#include <chrono>

#include "api/aws/aws_error.hpp"
#include "api/aws/sqs_queue.hpp"
#include "core/log.hpp"

namespace api {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds shortest_retention = hours(24);
constexpr seconds longest_retention = hours(14 * 24);  // SQS' own limit
constexpr seconds keys_live = hours(24);
constexpr core::duration between_topic_checks = std::chrono::minutes(1);

std::string retention_problem(seconds retention) {
  if (retention >= shortest_retention) return {};
  return "the queue keeps messages for " + std::to_string(retention.count()) +
         " s, and it must be a day at least";
}

}  // namespace

sqs_producer::sqs_producer(core::worker& w, sqs_calls& calls, id_seal seal,
                           dead_letter_reader& ends, idempotency_store& keys, std::int64_t limit)
    : worker_(w),
      calls_(calls),
      seal_(std::move(seal)),
      ends_(ends),
      keys_(keys),
      limit_(limit),
      retention_(longest_retention) {}

core::task<core::result<acceptance>> sqs_producer::enqueue(call_context call,
                                                           queued_message message,
                                                           std::optional<idempotency> once) {
  if (!checked_) {
    // Nothing was sent, so nothing was taken, and whoever asks next may find it there again.
    if (auto found = co_await check(call.until); !found) co_return found.error();
  }
  if (once) co_return co_await send_once(std::move(call), std::move(message), std::move(*once));
  co_return co_await send(std::move(call), std::move(message));
}

core::task<core::result<acceptance>> sqs_producer::send(call_context call, queued_message message) {
  if (depth_ + sent_since_ >= limit_) co_return core::error_code(queue_errc::full);
  acceptance taken{acceptance::outcome::taken, message.id};
  auto sent = co_await calls_.send(std::move(message), call.until);
  if (!sent) {
    // AWS' own words were logged; here only counts that nothing was taken.
    if (is_refusal(sent.error())) co_return core::error_code(queue_errc::refused);
    co_return sent.error();
  }
  ++sent_since_;
  co_return taken;
}

core::task<core::result<acceptance>> sqs_producer::send_once(call_context call,
                                                             queued_message message,
                                                             idempotency once) {
  auto claim = co_await keys_.claim(call, once, message.id);
  if (!claim) {
    worker_.log.warning("an Idempotency-Key cannot be looked up",
                        {{"error", claim.error().message()}});
    co_return claim.error();
  }
  if (claim->what == idempotency_claim::state::conflict)
    co_return acceptance{acceptance::outcome::conflict, claim->id};
  if (claim->what == idempotency_claim::state::taken)
    co_return acceptance{acceptance::outcome::replayed, claim->id};
  // Whoever claimed it before may have sent it or not: under the same id it has one effect.
  message.id = claim->id;
  auto taken = co_await send(call, std::move(message));
  // An unconfirmed key costs a second sending, no second effect: no reason to take back the 202.
  if (taken) co_await keys_.confirm(call, std::move(once), taken->id);
  co_return taken;
}

core::task<core::result<queue_entry>> sqs_producer::find(call_context call, std::string id) {
  const auto given_out = seal_.given_out_at(id);
  if (!given_out) co_return queue_entry{};
  auto end = co_await ends_.find_end(std::move(call), std::move(id));
  if (!end) co_return end.error();
  if (end->stored) co_return queue_entry{};
  if (end->dead) co_return queue_entry{queue_state::dead, std::move(*end->dead)};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto age = now - std::chrono::milliseconds(*given_out);
  if (age > retention_ + keys_live) co_return queue_entry{};
  co_return queue_entry{queue_state::pending, {}};
}

core::task<core::result<>> sqs_producer::check(core::deadline until) {
  auto queue = co_await calls_.attributes(until);
  if (!queue) co_return not_found_out(queue.error());
  depth_ = queue->visible + queue->in_flight + queue->delayed;
  sent_since_ = 0;
  retention_ = seconds(queue->retention);
  auto problem = co_await problem_of(std::move(*queue), until);
  if (!problem) co_return not_found_out(problem.error());
  report(*problem);
  checked_ = problem->empty();
  if (!checked_) co_return core::error_code(queue_errc::not_durable);
  co_return core::result<>();
}

// That AWS cannot be asked for a moment says nothing new about the queue; that it refuses does.
core::error_code sqs_producer::not_found_out(const core::error_code& error) {
  if (is_refusal(error)) checked_ = false;
  return error;
}

core::task<core::result<std::string>> sqs_producer::problem_of(sqs_attributes queue,
                                                               core::deadline until) {
  if (queue.moves_messages && !std::exchange(told_of_redrive_, true))
    worker_.log.warning(
        "the queue has a redrive policy: what it moves away is never stored, and no dead letter "
        "of ours");
  if (auto problem = retention_problem(seconds(queue.retention)); !problem.empty())
    co_return problem;
  if (core::now() >= next_topic_check_) {
    auto problem = co_await calls_.topic_problem(queue, until);
    if (!problem) co_return problem.error();
    topic_problem_ = std::move(*problem);
    if (topic_problem_.empty()) next_topic_check_ = core::now() + between_topic_checks;
  }
  co_return topic_problem_;
}

void sqs_producer::report(const std::string& problem) {
  if (!problem.empty() && problem != problem_)
    worker_.log.error("the queue is not durable: accepting no messages", {{"reason", problem}});
  problem_ = problem;
}

}  // namespace api
