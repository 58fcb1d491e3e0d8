#pragma once

#include <string>

#include "api/aws/credentials.hpp"
#include "core/http_exchange.hpp"
#include "core/stream_pool.hpp"
#include "core/worker.hpp"

namespace api {

/// One service of AWS in one region.
struct aws_service {
  core::base_url url;
  signing_scope scope;
};

/// A call: a POST to the service's root.
struct aws_call {
  std::string action;         ///< what AWS names it; for logs
  core::header_list headers;  ///< `Content-Type`, `X-Amz-Target`
  std::string body;
  /// Doing it twice is as good as once, so it may be sent again when it is not known whether it was
  /// done.
  bool repeatable = true;
};

/// Signed calls to a service of AWS, over TLS when its URL says so (with the system's roots).
/// Belongs to one worker; many calls may be under way.
///
/// A call that came to nothing is tried again with growing, random pauses while its deadline
/// allows: when AWS has too much to do, has a fault of its own or cannot be reached, and with other
/// credentials when ours have expired. An attempt at a repeatable call gets half of the time that
/// is left, so that a connection that went dead costs one attempt and not the call.
///
/// Errors are those of `aws_error.hpp` and of `core::errc`. `is_refusal` means that nothing was
/// done by any attempt; any other error leaves that open. What AWS says is logged when it changes.
class aws_client {
 public:
  /// `credentials` outlives the client.
  aws_client(core::worker& w, aws_service at, credential_source& credentials);

  /// The body of the answer.
  core::task<core::result<std::string>> call(aws_call what, core::deadline until);

 private:
  struct attempt;
  core::task<attempt> try_once(const aws_call& what, core::deadline until);
  core::task<core::result<core::outgoing_request>> signed_request(const aws_call& what,
                                                                  core::deadline until);
  attempt judge(const aws_call& what, core::http_answer answer);
  void report(const aws_call& what, int status, const std::string& type,
              const std::string& message);
  core::deadline attempt_deadline(const aws_call& what, core::deadline until) const;
  core::duration pause_after(int attempts);

  core::worker& worker_;
  aws_service at_;
  credential_source& credentials_;
  core::stream_pool pool_;
  std::string reported_;  // what was logged last
};

/// `Host` of a URL: without the port where it is the scheme's own, since AWS signs it so.
std::string host_header(const core::base_url& url);

}  // namespace api
