#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "core/config_reader.hpp"

/// Amazon SQS, perhaps behind an SNS topic, as the queue.
namespace api {

/// Long-lived keys. Without them the program asks the endpoint that EKS Pod Identity and ECS name
/// in its environment.
struct aws_credentials_config {
  std::string access_key_id;
  core::secret secret_access_key;
  std::optional<core::secret> session_token;

  static void describe(core::fields<aws_credentials_config>& f) {
    f.required("access_key_id", &aws_credentials_config::access_key_id, "Whose key it is.");
    f.required("secret_access_key", &aws_credentials_config::secret_access_key,
               "What requests are signed with.");
    f.optional("session_token", &aws_credentials_config::session_token,
               "Belongs to temporary keys; they are not renewed.");
  }
};

struct sqs_config {
  static constexpr std::size_t shortest_seal = 32;  ///< bytes

  std::string region;
  core::base_url queue_url;
  std::optional<std::string> topic_arn;
  std::optional<core::base_url> endpoint;
  std::optional<core::base_url> topic_endpoint;
  std::optional<aws_credentials_config> credentials;
  core::secret seal;
  std::optional<core::secret> previous_seal;
  core::duration visibility = std::chrono::seconds(30);

  static void describe(core::fields<sqs_config>& f) {
    f.required("region", &sqs_config::region, "Region that requests are signed for.");
    f.required("queue_url", &sqs_config::queue_url, "URL of the queue, a standard one.");
    f.optional("topic_arn", &sqs_config::topic_arn,
               "SNS topic that messages are published to; the queue is subscribed to it. None: "
               "they are sent to the queue.");
    f.optional("endpoint", &sqs_config::endpoint,
               "Base URL of both services where it is not the region's, as with VPC endpoints; "
               "none: that of `queue_url`, and the region's SNS.");
    f.optional("topic_endpoint", &sqs_config::topic_endpoint,
               "Base URL of SNS where it is another one than `endpoint`.");
    f.optional("credentials", &sqs_config::credentials,
               "Keys; none: those of the pod, from the endpoint in "
               "AWS_CONTAINER_CREDENTIALS_FULL_URI.");
    f.required("seal", &sqs_config::seal,
               "Key of at least 32 bytes that transaction ids are sealed with; the same for all "
               "replicas.");
    f.optional("previous_seal", &sqs_config::previous_seal,
               "The key before, whose ids are still recognised.");
    f.optional("visibility", &sqs_config::visibility,
               "How long a message stays hidden when its worker has crashed; prolonged while it is "
               "in hand.")
        .range(core::duration(std::chrono::seconds(5)), core::duration(std::chrono::hours(1)));
    f.check(check_names);
    f.check(check_seals);
  }

 private:
  static void check_names(const sqs_config& c, const core::node& from, core::reading& r) {
    const bool region_is_one =
        !c.region.empty() && std::all_of(c.region.begin(), c.region.end(), [](char ch) {
          return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-';
        });
    if (!region_is_one) r.found.add(from.at, "region is no region", "as in eu-west-1");
    if (c.queue_url.path.empty() || c.queue_url.path.ends_with(".fifo"))
      r.found.add(from.at, "queue_url does not name a standard queue",
                  "https://sqs.REGION.amazonaws.com/ACCOUNT/NAME");
    if (c.topic_arn &&
        (!c.topic_arn->starts_with("arn:aws") || c.topic_arn->find(":sns:") == std::string::npos ||
         c.topic_arn->ends_with(".fifo")))
      r.found.add(from.at, "topic_arn does not name a standard topic",
                  "arn:aws:sns:REGION:ACCOUNT:NAME");
  }

  static void check_seals(const sqs_config& c, const core::node& from, core::reading& r) {
    if (c.seal.reveal().size() < shortest_seal)
      r.found.add(from.at, "seal is too short", "at least 32 bytes");
    if (c.previous_seal && c.previous_seal->reveal().size() < shortest_seal)
      r.found.add(from.at, "previous_seal is too short", "at least 32 bytes");
  }
};

}  // namespace api
