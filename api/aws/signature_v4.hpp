#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config_types.hpp"

/// AWS Signature Version 4, for requests without a query; pure.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
namespace api {

/// Who signs.
struct aws_credentials {
  std::string access_key_id;
  core::secret secret_access_key;
  core::secret session_token;  ///< of temporary credentials; empty for none
};

/// What a signature is good for.
struct signing_scope {
  std::string region;
  std::string service;
};

/// A request as it is signed: all of its headers that are given here, `Host` among them. The path
/// is the one of the request line, without `.` and `..` and doubled slashes, which we never send.
struct signable_request {
  std::string_view method;
  std::string_view path;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view body;
};

/// The request in its canonical form, and the names of its headers as `SignedHeaders` lists them.
struct canonical_request {
  std::string text;
  std::string signed_headers;
};
canonical_request canonical_form(const signable_request& request);

/// `20150830T123600Z`, as AWS writes time in requests.
std::string amz_date(std::int64_t unix_seconds);

/// What is added to the request: `X-Amz-Date`, `X-Amz-Security-Token` where there is a session, and
/// `Authorization`.
std::vector<std::pair<std::string, std::string>> signature_headers(signable_request request,
                                                                   const aws_credentials& who,
                                                                   const signing_scope& scope,
                                                                   std::int64_t unix_seconds);

}  // namespace api
