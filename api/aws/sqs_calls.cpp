#include "api/aws/sqs_calls.hpp"

#include "api/aws/sqs_topic.hpp"
#include "api/aws/together.hpp"

namespace api {
namespace {

// As the path of the queue's URL names the queue, calls go to the root of its host.
aws_service queue_service(const sqs_config& config) {
  core::base_url url = config.endpoint.value_or(config.queue_url);
  if (!config.endpoint) url.path.clear();
  return {std::move(url), {config.region, "sqs"}};
}

aws_service topic_service(const sqs_config& config) {
  const char* const domain =
      config.region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  core::base_url url{true, {"sns." + config.region + domain, 443}, ""};
  if (config.endpoint) url = *config.endpoint;
  if (config.topic_endpoint) url = *config.topic_endpoint;
  return {std::move(url), {config.region, "sns"}};
}

std::string delete_batch(const std::string& queue_url, std::span<const std::string> handles,
                         std::int64_t) {
  return delete_request(queue_url, handles);
}

}  // namespace

signed_sqs_calls::signed_sqs_calls(core::worker& w, const sqs_config& config,
                                   const core::environment& env)
    : worker_(w),
      queue_url_(config.queue_url.to_string()),
      topic_arn_(config.topic_arn.value_or("")),
      visibility_(std::chrono::ceil<std::chrono::seconds>(config.visibility)),
      credentials_(make_credentials(w, config.credentials, env)),
      queue_(w, queue_service(config), *credentials_),
      topic_(w, topic_service(config), *credentials_) {}

core::task<core::result<std::string>> signed_sqs_calls::ask_queue(const char* action,
                                                                  std::string body,
                                                                  core::deadline until,
                                                                  bool repeatable) {
  aws_call call;
  call.action = action;
  call.headers.emplace_back("Content-Type", "application/x-amz-json-1.0");
  call.headers.emplace_back("X-Amz-Target", std::string("AmazonSQS.") + action);
  call.body = std::move(body);
  call.repeatable = repeatable;
  return queue_.call(std::move(call), until);
}

core::task<core::result<std::string>> signed_sqs_calls::ask_topic(std::string form,
                                                                  core::deadline until) {
  aws_call call;
  call.action = form.substr(7, form.find('&') - 7);  // behind "Action="
  call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  call.body = std::move(form);
  return topic_.call(std::move(call), until);
}

core::task<core::result<>> signed_sqs_calls::send(queued_message message, core::deadline until) {
  if (topic_arn_.empty()) co_return co_await send_to_queue(std::move(message), until);
  auto answer = co_await ask_topic(publish_form(topic_arn_, message_body(message)), until);
  if (!answer) co_return answer.error();
  if (auto published = parse_published(*answer); !published) co_return published.error();
  co_return core::result<>();
}

core::task<core::result<>> signed_sqs_calls::send_to_queue(queued_message message,
                                                           core::deadline until) {
  auto answer =
      co_await ask_queue("SendMessage", send_request(queue_url_, message_body(message)), until);
  if (!answer) co_return answer.error();
  if (auto sent = parse_sent(*answer); !sent) co_return sent.error();
  co_return core::result<>();
}

// Not repeatable: what a lost answer held is hidden for a while, and whoever asks again asks later.
core::task<core::result<std::vector<sqs_received>>> signed_sqs_calls::receive(
    std::size_t most, std::chrono::seconds wait, core::deadline until) {
  auto request = receive_request(queue_url_, most, wait.count(), visibility_.count());
  auto answer = co_await ask_queue("ReceiveMessage", std::move(request), until, false);
  if (!answer) co_return answer.error();
  co_return parse_received(*answer);
}

core::task<core::result<std::vector<std::string>>> signed_sqs_calls::remove(
    std::vector<std::string> handles, core::deadline until) {
  return in_batches("DeleteMessageBatch", delete_batch, std::move(handles), {}, until);
}

core::task<core::result<std::vector<std::string>>> signed_sqs_calls::hide(
    std::vector<std::string> handles, std::chrono::seconds visibility, core::deadline until) {
  return in_batches("ChangeMessageVisibilityBatch", visibility_request, std::move(handles),
                    visibility, until);
}

core::task<core::result<std::vector<std::string>>> signed_sqs_calls::in_batches(
    const char* action, request_of_batch request, std::vector<std::string> handles,
    std::chrono::seconds visibility, core::deadline until) {
  std::vector<core::task<core::result<std::vector<std::string>>>> batches;
  for (std::size_t at = 0; at < handles.size(); at += sqs_batch_size) {
    const auto size = std::min(sqs_batch_size, handles.size() - at);
    const std::span<const std::string> of_batch(handles.data() + at, size);
    batches.push_back(batch(action, request(queue_url_, of_batch, visibility.count()),
                            {of_batch.begin(), of_batch.end()}, until));
  }
  auto done = co_await together(worker_, action, std::move(batches));
  std::vector<std::string> failed;
  for (const auto& one : done) {
    if (!one) co_return core::error_code(core::errc::cancelled);
    if (!*one) co_return one->error();
    failed.insert(failed.end(), (*one)->begin(), (*one)->end());
  }
  co_return failed;
}

core::task<core::result<std::vector<std::string>>> signed_sqs_calls::batch(
    const char* action, std::string request, std::vector<std::string> handles,
    core::deadline until) {
  auto answer = co_await ask_queue(action, std::move(request), until);
  if (!answer) co_return answer.error();
  const auto failures = parse_batch(*answer);
  if (!failures) co_return failures.error();
  std::vector<std::string> failed;
  for (const auto& failure : *failures)
    if (failure.entry < handles.size()) failed.push_back(handles[failure.entry]);
  co_return failed;
}

core::task<core::result<sqs_attributes>> signed_sqs_calls::attributes(core::deadline until) {
  auto answer = co_await ask_queue("GetQueueAttributes", attributes_request(queue_url_), until);
  if (!answer) co_return answer.error();
  co_return parse_attributes(*answer);
}

core::task<core::result<std::string>> signed_sqs_calls::topic_problem(sqs_attributes queue,
                                                                      core::deadline until) {
  if (topic_arn_.empty()) co_return std::string();
  if (!queue.has_policy)
    co_return std::string("the queue has no policy that lets the topic send to it");
  auto found = co_await find_subscription(std::move(queue.arn), until);
  if (!found) co_return found.error();
  if (found->empty()) co_return std::string("the queue is not subscribed to the topic");
  auto answer = co_await ask_topic(subscription_form(*found), until);
  if (!answer) co_return answer.error();
  co_return parse_subscription_problem(*answer);
}

// The ARN of the queue's subscription; "" when it has none.
core::task<core::result<std::string>> signed_sqs_calls::find_subscription(std::string queue_arn,
                                                                          core::deadline until) {
  std::string token;
  do {
    auto answer = co_await ask_topic(subscriptions_form(topic_arn_, token), until);
    if (!answer) co_return answer.error();
    const auto piece = parse_subscriptions(*answer);
    if (!piece) co_return piece.error();
    if (auto found = subscription_of(*piece, queue_arn)) co_return std::move(*found);
    token = piece->next_token;
  } while (!token.empty());
  co_return std::string();
}

}  // namespace api
