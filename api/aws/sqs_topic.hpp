#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/task.hpp"

/// SNS' query protocol (forms in, XML out), as far as the queue behind a topic needs it; pure.
namespace api {

/// Bodies of requests (`application/x-www-form-urlencoded`).
std::string publish_form(const std::string& topic_arn, const std::string& message);
/// `token` continues a list; "" begins it.
std::string subscriptions_form(const std::string& topic_arn, const std::string& token);
std::string subscription_form(const std::string& subscription_arn);

/// A piece of the list of a topic's subscriptions.
struct topic_subscription {
  std::string arn;  ///< `PendingConfirmation` until it is confirmed
  std::string protocol, endpoint;
};
struct topic_subscriptions {
  std::vector<topic_subscription> list;
  std::string next_token;  ///< "" at the end
};

/// What answers say; `errc::malformed` for what is no answer to such a request.
core::result<std::string> parse_published(std::string_view answer);  ///< the message's id
core::result<topic_subscriptions> parse_subscriptions(std::string_view answer);
/// Why messages may be lost behind a subscription with such attributes; "" when they are not.
core::result<std::string> parse_subscription_problem(std::string_view answer);

/// The ARN of the confirmed subscription of that queue; nullopt when there is none in the list.
std::optional<std::string> subscription_of(const topic_subscriptions& subscriptions,
                                           std::string_view queue_arn);

}  // namespace api
