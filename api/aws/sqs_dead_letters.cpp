#include "api/aws/sqs_dead_letters.hpp"

#include "api/aws/aws_error.hpp"

namespace api {

core::task<core::result<std::vector<dead_letter>>> sqs_dead_letters::list(call_context call,
                                                                          std::string after,
                                                                          std::size_t most) {
  return letters_.list(std::move(call), std::move(after), most);
}

core::task<core::result<redriven>> sqs_dead_letters::redrive(call_context call,
                                                             dead_letter letter) {
  auto there = co_await letters_.look_for(call, letter.what.receipt);
  if (!there) co_return there.error();
  if (*there == 0) co_return redriven::gone;
  if (letter.what.message.id.empty()) co_return core::error_code(queue_errc::refused);
  auto sent = co_await calls_.send_to_queue(letter.what.message, call.until);
  if (!sent) co_return sent.error();
  auto removed = co_await letters_.remove(call, letter.what.receipt);
  if (!removed) co_return removed.error();
  co_return redriven::pending;
}

}  // namespace api
