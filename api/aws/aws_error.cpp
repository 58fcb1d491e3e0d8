#include "api/aws/aws_error.hpp"

#include <algorithm>
#include <iterator>

#include "api/aws/xml.hpp"
#include "api/http/json.hpp"

namespace api {
namespace {

enum class fault { refusal, throttling, server, expired };

struct known_error {
  const char* type;
  fault whose;
};

// The value of an error code is a place in this list, from 1: only ever append.
constexpr known_error known_errors[] = {
    {"OtherClientError", fault::refusal},
    {"OtherServerError", fault::server},
    // Who we are, and what we may do.
    {"AccessDenied", fault::refusal},
    {"AccessDeniedException", fault::refusal},
    {"AuthorizationError", fault::refusal},
    {"IncompleteSignature", fault::refusal},
    {"InvalidClientTokenId", fault::refusal},
    {"InvalidSecurity", fault::refusal},
    {"InvalidSignatureException", fault::refusal},
    {"MissingAuthenticationToken", fault::refusal},
    {"MissingAuthenticationTokenException", fault::refusal},
    {"NotAuthorized", fault::refusal},
    {"OptInRequired", fault::refusal},
    {"RequestExpired", fault::refusal},
    {"SignatureDoesNotMatch", fault::refusal},
    {"UnrecognizedClientException", fault::refusal},
    {"ExpiredToken", fault::expired},
    {"ExpiredTokenException", fault::expired},
    // What we ask for.
    {"QueueDoesNotExist", fault::refusal},
    {"AWS.SimpleQueueService.NonExistentQueue", fault::refusal},
    {"InvalidAddress", fault::refusal},
    {"NotFound", fault::refusal},
    {"NotFoundException", fault::refusal},
    {"InvalidAction", fault::refusal},
    {"InvalidAttributeName", fault::refusal},
    {"InvalidMessageContents", fault::refusal},
    {"InvalidParameter", fault::refusal},
    {"InvalidParameterValue", fault::refusal},
    {"MissingParameter", fault::refusal},
    {"MalformedQueryString", fault::refusal},
    {"SerializationException", fault::refusal},
    {"UnknownOperationException", fault::refusal},
    {"UnsupportedOperation", fault::refusal},
    {"ValidationError", fault::refusal},
    {"ValidationException", fault::refusal},
    {"BatchEntryIdsNotDistinct", fault::refusal},
    {"BatchRequestTooLong", fault::refusal},
    {"EmptyBatchRequest", fault::refusal},
    {"InvalidBatchEntryId", fault::refusal},
    {"TooManyEntriesInBatchRequest", fault::refusal},
    {"MessageNotInflight", fault::refusal},
    {"ReceiptHandleIsInvalid", fault::refusal},
    // Keys that the queue or topic is encrypted with.
    {"KMSAccessDenied", fault::refusal},
    {"KMSDisabled", fault::refusal},
    {"KMSInvalidState", fault::refusal},
    {"KMSNotFound", fault::refusal},
    {"KMSOptInRequired", fault::refusal},
    {"KmsAccessDenied", fault::refusal},
    {"KmsDisabled", fault::refusal},
    {"KmsInvalidKeyUsage", fault::refusal},
    {"KmsInvalidState", fault::refusal},
    {"KmsNotFound", fault::refusal},
    {"KmsOptInRequired", fault::refusal},
    // Too much at once.
    {"BandwidthLimitExceeded", fault::throttling},
    {"KMSThrottling", fault::throttling},
    {"KmsThrottled", fault::throttling},
    {"LimitExceededException", fault::throttling},
    {"OverLimit", fault::throttling},
    {"PriorRequestNotComplete", fault::throttling},
    {"RequestLimitExceeded", fault::throttling},
    {"RequestThrottled", fault::throttling},
    {"RequestThrottledException", fault::throttling},
    {"SlowDown", fault::throttling},
    {"Throttled", fault::throttling},
    {"ThrottledException", fault::throttling},
    {"Throttling", fault::throttling},
    {"ThrottlingException", fault::throttling},
    {"TooManyRequestsException", fault::throttling},
    // A fault of AWS.
    {"InternalError", fault::server},
    {"InternalFailure", fault::server},
    {"InternalServerError", fault::server},
    {"ServiceUnavailable", fault::server},
};

class aws_errors final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "aws"; }
  std::string message(int value) const override {
    const auto at = static_cast<std::size_t>(value) - 1;
    return at < std::size(known_errors) ? known_errors[at].type : "unknown";
  }
};

bool is_of(const core::error_code& error, fault whose) noexcept {
  if (!is_aws_error(error)) return false;
  const auto at = static_cast<std::size_t>(error.value()) - 1;
  return at < std::size(known_errors) && known_errors[at].whose == whose;
}

/// `com.amazonaws.sqs#QueueDoesNotExist:http://…` → `QueueDoesNotExist`.
std::string bare_type(std::string_view type) {
  type = type.substr(0, type.find(':'));
  if (const auto hash = type.rfind('#'); hash != std::string_view::npos)
    type.remove_prefix(hash + 1);
  return std::string(type);
}

aws_failure of_json(std::string_view body) {
  const auto read = parse_json(body);
  if (!read || read->kind != json_kind::object) return {};
  const auto text = [&read](std::string_view name) {
    const json_value* member = read->find(name);
    return member && member->kind == json_kind::string ? member->text : std::string();
  };
  std::string message = text("message");
  return {bare_type(text("__type")), message.empty() ? text("Message") : std::move(message)};
}

aws_failure of_xml(std::string_view body) {
  const auto read = parse_xml(body);
  if (!read) return {};
  // Some answer with a list of one.
  const xml_element* list = read->find("Errors");
  const xml_element* error = (list ? list : &*read)->find("Error");
  if (!error) return {};
  return {error->text_of("Code"), error->text_of("Message")};
}

}  // namespace

const boost::system::error_category& aws_category() noexcept {
  static const aws_errors category;
  return category;
}

core::error_code aws_error(int status, std::string_view type) noexcept {
  const auto* found = std::find_if(std::begin(known_errors), std::end(known_errors),
                                   [type](const known_error& e) { return type == e.type; });
  if (found == std::end(known_errors)) {
    if (status == 429) return aws_error(status, "TooManyRequestsException");
    return aws_error(status, status >= 500 ? "OtherServerError" : "OtherClientError");
  }
  return {static_cast<int>(found - std::begin(known_errors)) + 1, aws_category()};
}

bool is_aws_error(const core::error_code& error) noexcept {
  return &error.category() == &aws_category();
}

bool is_throttling(const core::error_code& error) noexcept {
  return is_of(error, fault::throttling);
}
bool is_server_fault(const core::error_code& error) noexcept {
  return is_of(error, fault::server);
}
bool is_expired(const core::error_code& error) noexcept {
  return is_of(error, fault::expired);
}
bool is_refusal(const core::error_code& error) noexcept {
  return is_of(error, fault::refusal);
}

aws_failure read_failure(std::string_view body, std::string_view type_header) {
  const auto begin = std::min(body.find_first_not_of(" \t\r\n"), body.size());
  aws_failure failure;
  if (body.substr(begin).starts_with('{')) failure = of_json(body);
  if (body.substr(begin).starts_with('<')) failure = of_xml(body);
  if (failure.type.empty()) failure.type = bare_type(type_header);
  return failure;
}

}  // namespace api
