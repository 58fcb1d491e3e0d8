#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/aws/aws_client.hpp"
#include "api/aws/sqs_config.hpp"
#include "api/aws/sqs_messages.hpp"

namespace api {

/// What the queue does with SQS, and with SNS where messages go through a topic. Errors are those
/// of `aws_client`.
class sqs_calls {
 public:
  virtual ~sqs_calls() = default;
  /// Sends a message to the topic where there is one, else to the queue. Sending it twice makes two
  /// messages of one transaction, which have one effect.
  virtual core::task<core::result<>> send(queued_message message, core::deadline until) = 0;
  /// Sends a message to the queue itself, past the topic and whoever else listens to it.
  virtual core::task<core::result<>> send_to_queue(queued_message message,
                                                   core::deadline until) = 0;
  /// At most ten messages; waits up to 20 s (whole seconds) for the first.
  virtual core::task<core::result<std::vector<sqs_received>>> receive(std::size_t most,
                                                                      std::chrono::seconds wait,
                                                                      core::deadline until) = 0;
  /// Deletes messages, however many; gives the handles that could not be deleted.
  virtual core::task<core::result<std::vector<std::string>>> remove(
      std::vector<std::string> handles, core::deadline until) = 0;
  /// Hides messages from now on for `visibility`; gives the handles of those that were not ours any
  /// more.
  virtual core::task<core::result<std::vector<std::string>>> hide(std::vector<std::string> handles,
                                                                  std::chrono::seconds visibility,
                                                                  core::deadline until) = 0;
  virtual core::task<core::result<sqs_attributes>> attributes(core::deadline until) = 0;
  /// Why what is published to the topic may not arrive in the queue with these attributes; "" when
  /// it does, as far as can be found out, or when there is no topic.
  virtual core::task<core::result<std::string>> topic_problem(sqs_attributes queue,
                                                              core::deadline until) = 0;
};

/// These calls by signed requests. Throws std::runtime_error when there are no credentials.
class signed_sqs_calls final : public sqs_calls {
 public:
  signed_sqs_calls(core::worker& w, const sqs_config& config,
                   const core::environment& env = core::process_environment());

  core::task<core::result<>> send(queued_message message, core::deadline until) override;
  core::task<core::result<>> send_to_queue(queued_message message, core::deadline until) override;
  core::task<core::result<std::vector<sqs_received>>> receive(std::size_t most,
                                                              std::chrono::seconds wait,
                                                              core::deadline until) override;
  core::task<core::result<std::vector<std::string>>> remove(std::vector<std::string> handles,
                                                            core::deadline until) override;
  core::task<core::result<std::vector<std::string>>> hide(std::vector<std::string> handles,
                                                          std::chrono::seconds visibility,
                                                          core::deadline until) override;
  core::task<core::result<sqs_attributes>> attributes(core::deadline until) override;
  core::task<core::result<std::string>> topic_problem(sqs_attributes queue,
                                                      core::deadline until) override;

 private:
  using request_of_batch = std::string (*)(const std::string& queue_url,
                                           std::span<const std::string> handles,
                                           std::int64_t visibility);
  core::task<core::result<std::string>> ask_queue(const char* action, std::string body,
                                                  core::deadline until, bool repeatable = true);
  core::task<core::result<std::string>> ask_topic(std::string form, core::deadline until);
  core::task<core::result<std::vector<std::string>>> in_batches(const char* action,
                                                                request_of_batch request,
                                                                std::vector<std::string> handles,
                                                                std::chrono::seconds visibility,
                                                                core::deadline until);
  core::task<core::result<std::vector<std::string>>> batch(const char* action, std::string request,
                                                           std::vector<std::string> handles,
                                                           core::deadline until);
  core::task<core::result<std::string>> find_subscription(std::string queue_arn,
                                                          core::deadline until);

  core::worker& worker_;
  std::string queue_url_;
  std::string topic_arn_;  // "" for none
  std::chrono::seconds visibility_;
  std::unique_ptr<credential_source> credentials_;
  aws_client queue_;
  aws_client topic_;
};

}  // namespace api
