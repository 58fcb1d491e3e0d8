#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

/// Errors of AWS as error codes; pure. The category's values stand for AWS' own names of errors
/// (`message()` gives the name), as far as they can happen to who uses queues and topics; so they
/// are a bounded set, and may be metric labels.
namespace api {

const boost::system::error_category& aws_category() noexcept;

/// The error that AWS names `type` in an answer with `status`. A name that is not known stands for
/// its status: `OtherServerError`, `OtherClientError`.
core::error_code aws_error(int status, std::string_view type) noexcept;
/// Whether AWS said it, rather than the network.
bool is_aws_error(const core::error_code& error) noexcept;

/// Too much at once: nothing was done, and later it may be.
bool is_throttling(const core::error_code& error) noexcept;
/// A fault of AWS: something may have been done or not.
bool is_server_fault(const core::error_code& error) noexcept;
/// The credentials have expired: nothing was done, and with fresh ones it may be.
bool is_expired(const core::error_code& error) noexcept;
/// AWS will say the same again until somebody mends something: nothing was done.
bool is_refusal(const core::error_code& error) noexcept;

/// What an answer other than 2xx says.
struct aws_failure {
  std::string type;  ///< AWS' name of it, without namespace; "" when the answer does not tell
  std::string message;
};

/// Reads the body of an answer in JSON (`__type`) or XML (`<Code>`); `type_header` is the value of
/// `x-amzn-errortype`, "" for none, which names the error where the body does not.
aws_failure read_failure(std::string_view body, std::string_view type_header);

}  // namespace api
