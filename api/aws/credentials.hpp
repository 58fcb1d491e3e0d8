#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/aws/signature_v4.hpp"
#include "api/aws/sqs_config.hpp"
#include "api/waiter.hpp"
#include "core/http_client.hpp"
#include "core/worker.hpp"

namespace api {

/// Where credentials come from. Belongs to one worker.
class credential_source {
 public:
  virtual ~credential_source() = default;
  /// Credentials that are good now, as far as is known.
  virtual core::task<core::result<aws_credentials>> get(core::deadline until) = 0;
  /// AWS says that what `get` gave has expired: the next `get` asks for others, if it can.
  virtual void expired() noexcept = 0;
};

/// Those of the configuration, for ever.
class configured_credentials final : public credential_source {
 public:
  explicit configured_credentials(const aws_credentials_config& config);
  core::task<core::result<aws_credentials>> get(core::deadline until) override;
  void expired() noexcept override {}

 private:
  aws_credentials held_;
};

/// The endpoint that gives a container its credentials, as ECS and EKS Pod Identity name it in the
/// environment.
struct container_endpoint {
  core::base_url host;
  std::string target = "/";
  core::secret token;      ///< `Authorization` of the question; empty for none
  std::string token_file;  ///< it is read before each question; "" for none
};

/// Reads AWS_CONTAINER_CREDENTIALS_FULL_URI or …_RELATIVE_URI, and
/// AWS_CONTAINER_AUTHORIZATION_TOKEN or …_TOKEN_FILE. Nullopt without the first two. Throws
/// std::runtime_error for a URL that is none, or that would send the token in the clear to a host
/// that is neither this one nor AWS' own.
std::optional<container_endpoint> container_endpoint_in(const core::environment& env);

/// Credentials that are good for a while.
struct passing_credentials {
  aws_credentials who;
  std::int64_t expires = 0;  ///< Unix seconds
};
/// What the endpoint answers; `errc::malformed` for anything else. Pure.
core::result<passing_credentials> parse_container_credentials(std::string_view body);

/// Asks the endpoint when credentials are needed, and again before they expire; while it does not
/// answer, those that are there are used to their end. One question at a time, for all who wait.
class container_credentials final : public credential_source {
 public:
  container_credentials(core::worker& w, container_endpoint where);
  core::task<core::result<aws_credentials>> get(core::deadline until) override;
  void expired() noexcept override;

 private:
  bool good() const;
  core::task<core::result<>> renew(core::deadline until);
  core::task<core::result<passing_credentials>> ask(core::deadline until);

  core::worker& worker_;
  container_endpoint where_;
  core::http_client client_;
  std::optional<passing_credentials> held_;
  core::instant next_question_{};
  std::deque<waiter*> waiting_;  // for the answer to somebody else's question
  bool asking_ = false;
};

/// The configuration's, or else the container's. Throws std::runtime_error when there are neither.
std::unique_ptr<credential_source> make_credentials(
    core::worker& w, const std::optional<aws_credentials_config>& config,
    const core::environment& env = core::process_environment());

}  // namespace api
