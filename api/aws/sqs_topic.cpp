#include "api/aws/sqs_topic.hpp"

#include "api/aws/xml.hpp"
#include "core/http_client.hpp"

namespace api {
namespace {

std::string form_encoded(std::string_view text) {
  std::string out = core::url_encode(text);
  for (auto at = out.find("%20"); at != std::string::npos; at = out.find("%20", at))
    out.replace(at, 3, "+");
  return out;
}

std::string form(std::string_view action,
                 const std::vector<std::pair<const char*, std::string>>& fields) {
  std::string out = "Action=";
  out.append(action).append("&Version=2010-03-31");
  for (const auto& [name, value] : fields)
    out.append("&").append(name).append("=").append(form_encoded(value));
  return out;
}

/// The element of the result of an action: `<PublishResponse><PublishResult>`.
core::result<xml_element> result_of(std::string_view answer, const std::string& action) {
  auto root = parse_xml(answer);
  if (!root || root->name != action + "Response") return core::errc::malformed;
  for (auto& child : root->children)
    if (child.name == action + "Result") return std::move(child);
  return core::errc::malformed;
}

}  // namespace

std::string publish_form(const std::string& topic_arn, const std::string& message) {
  return form("Publish", {{"TopicArn", topic_arn}, {"Message", message}});
}

std::string subscriptions_form(const std::string& topic_arn, const std::string& token) {
  std::vector<std::pair<const char*, std::string>> fields{{"TopicArn", topic_arn}};
  if (!token.empty()) fields.emplace_back("NextToken", token);
  return form("ListSubscriptionsByTopic", fields);
}

std::string subscription_form(const std::string& subscription_arn) {
  return form("GetSubscriptionAttributes", {{"SubscriptionArn", subscription_arn}});
}

core::result<std::string> parse_published(std::string_view answer) {
  const auto result = result_of(answer, "Publish");
  if (!result) return result.error();
  std::string id = result->text_of("MessageId");
  if (id.empty()) return core::errc::malformed;
  return id;
}

core::result<topic_subscriptions> parse_subscriptions(std::string_view answer) {
  const auto result = result_of(answer, "ListSubscriptionsByTopic");
  const xml_element* list = result ? result->find("Subscriptions") : nullptr;
  if (!list) return core::errc::malformed;
  topic_subscriptions out;
  for (const auto& member : list->children)
    out.list.push_back({member.text_of("SubscriptionArn"), member.text_of("Protocol"),
                        member.text_of("Endpoint")});
  out.next_token = result->text_of("NextToken");
  return out;
}

core::result<std::string> parse_subscription_problem(std::string_view answer) {
  const auto result = result_of(answer, "GetSubscriptionAttributes");
  const xml_element* attributes = result ? result->find("Attributes") : nullptr;
  if (!attributes) return core::errc::malformed;
  for (const auto& entry : attributes->children) {
    const std::string name = entry.text_of("key"), value = entry.text_of("value");
    if (name == "FilterPolicy" && !value.empty() && value != "{}")
      return std::string(
          "the queue's subscription has a filter policy, so not every message arrives");
    if (name == "PendingConfirmation" && value == "true")
      return std::string("the queue's subscription is not confirmed");
  }
  return std::string();
}

std::optional<std::string> subscription_of(const topic_subscriptions& subscriptions,
                                           std::string_view queue_arn) {
  for (const auto& s : subscriptions.list)
    if (s.protocol == "sqs" && s.endpoint == queue_arn && s.arn.starts_with("arn:")) return s.arn;
  return std::nullopt;
}

}  // namespace api
