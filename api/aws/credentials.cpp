#include "api/aws/credentials.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "api/http/json.hpp"
#include "core/log.hpp"
#include "core/tls_context.hpp"

namespace api {
namespace {

constexpr core::duration before_expiry = std::chrono::minutes(5);
constexpr core::duration between_questions = std::chrono::seconds(10);

constexpr const char* full_uri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* relative_uri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* token_variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr const char* token_file_variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
constexpr const char* ecs_host = "http://169.254.170.2";

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The addresses of ECS and of EKS Pod Identity, and this host.
bool may_be_asked_in_the_clear(const std::string& host) {
  const bool numeric = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "169.254.170.2" || host == "169.254.170.23" || host == "fd00:ec2::23" ||
         host == "localhost" || host == "::1" || (numeric && host.starts_with("127."));
}

void split_uri(const std::string& uri, container_endpoint& out) {
  const auto scheme_end = uri.find("://");
  const auto path = scheme_end == std::string::npos ? scheme_end : uri.find('/', scheme_end + 3);
  if (!core::parse_base_url(uri.substr(0, path), out.host))
    throw std::runtime_error(std::string(full_uri) + " is no URL: " + uri);
  if (path != std::string::npos) out.target = uri.substr(path);
  if (!out.host.tls && !may_be_asked_in_the_clear(out.host.authority.host))
    throw std::runtime_error(std::string(full_uri) +
                             " must be https, or an address of this host, ECS or EKS: " + uri);
}

/// `2026-11-21T06:50:42Z`, perhaps with a fraction; Unix seconds, or 0 when it is something else.
std::int64_t unix_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
                  &second, &used) != 6 ||
      !text.ends_with('Z') ||
      text.find_first_not_of(".0123456789Z", static_cast<std::size_t>(used)) != std::string::npos)
    return 0;
  namespace chrono = std::chrono;
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return 0;
  const auto at = chrono::sys_days(date) + chrono::hours(hour) + chrono::minutes(minute) +
                  chrono::seconds(second);
  return at.time_since_epoch().count();
}

/// The first line of a file; nullopt when it cannot be read.
std::optional<std::string> first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  while (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

configured_credentials::configured_credentials(const aws_credentials_config& config)
    : held_{config.access_key_id, config.secret_access_key,
            config.session_token.value_or(core::secret())} {}

core::task<core::result<aws_credentials>> configured_credentials::get(core::deadline) {
  co_return held_;
}

std::optional<container_endpoint> container_endpoint_in(const core::environment& env) {
  container_endpoint found;
  if (const auto relative = env(relative_uri); relative && relative->starts_with('/'))
    split_uri(ecs_host + *relative, found);
  else if (const auto full = env(full_uri))
    split_uri(*full, found);
  else
    return std::nullopt;
  found.token_file = env(token_file_variable).value_or("");
  if (found.token_file.empty()) found.token = core::secret(env(token_variable).value_or(""));
  if (found.token.reveal().find_first_of("\r\n") != std::string::npos)
    throw std::runtime_error(std::string(token_variable) + " has more than one line");
  return found;
}

core::result<passing_credentials> parse_container_credentials(std::string_view body) {
  const auto read = parse_json(body);
  if (!read || read->kind != json_kind::object) return core::errc::malformed;
  const auto text = [&read](std::string_view name) {
    const json_value* member = read->find(name);
    return member && member->kind == json_kind::string ? member->text : std::string();
  };
  passing_credentials found{
      {text("AccessKeyId"), core::secret(text("SecretAccessKey")), core::secret(text("Token"))},
      unix_time(text("Expiration"))};
  if (found.who.access_key_id.empty() || found.who.secret_access_key.empty() || found.expires == 0)
    return core::errc::malformed;
  return found;
}

container_credentials::container_credentials(core::worker& w, container_endpoint where)
    : worker_(w),
      where_(std::move(where)),
      client_(w, where_.host, {}, where_.host.tls ? core::tls_context::client({}) : nullptr) {}

bool container_credentials::good() const {
  return held_ && unix_now() < held_->expires;
}

void container_credentials::expired() noexcept {
  held_.reset();
  next_question_ = {};
}

core::task<core::result<aws_credentials>> container_credentials::get(core::deadline until) {
  if (good() && (asking_ || core::now() < next_question_)) co_return held_->who;
  auto renewed = co_await renew(until);
  if (good()) co_return held_->who;
  if (!renewed) co_return renewed.error();
  // What the endpoint gave has expired already: the clocks disagree, or it is broken.
  co_return core::error_code(core::errc::malformed);
}

core::task<core::result<>> container_credentials::renew(core::deadline until) {
  if (asking_) {
    waiter turn(worker_);
    waiting_.push_back(&turn);
    auto answered = co_await turn.wait(until);
    std::erase(waiting_, &turn);
    co_return answered;
  }
  asking_ = true;
  auto fresh = co_await ask(until);
  asking_ = false;
  next_question_ = core::now() + between_questions;
  if (fresh) {
    const auto good_for = std::chrono::seconds(fresh->expires - unix_now());
    if (good_for > before_expiry + between_questions)
      next_question_ = core::now() + good_for - before_expiry;
    held_ = std::move(*fresh);
  } else {
    worker_.log.warning("no fresh AWS credentials", {{"endpoint", where_.host.to_string()},
                                                     {"error", fresh.error().message()}});
  }
  const core::error_code outcome = fresh ? core::error_code() : fresh.error();
  for (waiter* turn : std::exchange(waiting_, {})) turn->finish(outcome);
  if (outcome) co_return outcome;
  co_return core::result<>();
}

core::task<core::result<passing_credentials>> container_credentials::ask(core::deadline until) {
  core::outgoing_request request;
  request.target = where_.target;
  std::string token = where_.token.reveal();
  if (!where_.token_file.empty()) {
    auto read = first_line(where_.token_file);
    if (!read) co_return make_error_code(boost::system::errc::no_such_file_or_directory);
    token = std::move(*read);
  }
  if (!token.empty()) request.headers.emplace_back("Authorization", std::move(token));
  auto answer = co_await client_.send(std::move(request), until);
  if (!answer) co_return answer.error();
  if (answer->status != 200) co_return make_error_code(boost::system::errc::permission_denied);
  co_return parse_container_credentials(answer->body);
}

std::unique_ptr<credential_source> make_credentials(
    core::worker& w, const std::optional<aws_credentials_config>& config,
    const core::environment& env) {
  if (config) return std::make_unique<configured_credentials>(*config);
  if (auto where = container_endpoint_in(env))
    return std::make_unique<container_credentials>(w, std::move(*where));
  throw std::runtime_error(
      "no AWS credentials: neither configured (queue.sqs.credentials), nor does the environment "
      "name an endpoint for them (AWS_CONTAINER_CREDENTIALS_FULL_URI)");
}

}  // namespace api
