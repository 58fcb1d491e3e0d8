#include "core/admin.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "core/problem_details.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

server_response text(int status, std::string body) {
  server_response out;
  out.status = status;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::move(body);
  return out;
}

bool same_token(std::string_view header, const std::string& token) noexcept {
  constexpr std::string_view scheme = "Bearer ";
  if (!header.starts_with(scheme)) return false;
  header.remove_prefix(scheme.size());
  return header.size() == token.size() &&
         CRYPTO_memcmp(header.data(), token.data(), token.size()) == 0;
}

http_server_limits limits_of(const admin_config& config) {
  http_server_limits out;
  out.request_time = config.request_time;
  return out;
}

server_response wrong_method(bool page, bool action) {
  auto response =
      problem_response(405, !page ? "This changes state: use POST." : "This is a page: use GET.");
  response.headers.emplace_back("Allow", !page ? "POST" : action ? "GET, HEAD, POST" : "GET, HEAD");
  return response;
}

}  // namespace

deadline scrape_deadline(std::string_view timeout_header, instant now) noexcept {
  constexpr double offset = 0.5, longest = 3600;
  double seconds = 0;
  const char* const end = timeout_header.data() + timeout_header.size();
  const auto [rest, error] = std::from_chars(timeout_header.data(), end, seconds);
  if (error != std::errc{} || rest != end || !(seconds > 0)) return deadline::never();
  seconds = std::min(seconds, longest);
  const std::chrono::duration<double> left(seconds - std::min(offset, seconds / 2));
  return deadline::in(std::chrono::duration_cast<duration>(left), now);
}

admin::admin(worker& w, admin_config config, std::string program, std::string version,
             const exposition& sources, const readiness& ready)
    : config_(std::move(config)),
      sources_(sources),
      server_(
          w, [this](const server_request& request) { return dispatch(request); },
          limits_of(config_)) {
  page("/metrics", admin_access::anyone,
       [this](const server_request& request) { return scrape(request); });
  page("/livez", admin_access::anyone,
       immediate([](const server_request&) { return text(200, "live\n"); }));
  page("/readyz", admin_access::anyone, immediate([&ready](const server_request&) {
         server_response out;
         out.status = ready.ready() ? 200 : 503;
         out.body = ready.to_json() + "\n";
         return out;
       }));
  page("/version", admin_access::anyone,
       immediate(
           [program = std::move(program), version = std::move(version)](const server_request&) {
             server_response out;
             out.body = "{\"program\":" + json_string(program) +
                        ",\"version\":" + json_string(version) + "}\n";
             return out;
           }));
}

task<server_response> admin::scrape(const server_request& request) {
  const std::string_view timeout =
      request.header("x-prometheus-scrape-timeout-seconds").value_or("");
  const deadline until = sooner(request.until, scrape_deadline(timeout, now()));
  for (const auto& step : scrape_steps_) co_await step(until);
  const auto format = negotiate_exposition(request.header("accept").value_or(""));
  server_response out;
  out.content_type = content_type(format);
  out.body = sources_.render(format);
  co_return out;
}

void admin::page(std::string path, admin_access access, http_handler handler) {
  entry& e = entries_[std::move(path)];
  e.access = access;
  e.page = std::move(handler);
}

void admin::action(std::string path, http_handler handler) {
  entries_[std::move(path)].action = std::move(handler);
}

std::uint16_t admin::start() {
  const auto open = [this](const address& at) {
    auto port = server_.listen(at);
    if (port) return *port;
    throw std::runtime_error("cannot listen on admin address " + at.to_string() + ": " +
                             port.error().message());
  };
  const auto port = open(config_.listen);
  for (const auto& at : config_.also) open(at);
  return port;
}

bool admin::allowed(const server_request& request, admin_access access) const {
  if (access == admin_access::anyone) return true;
  if (config_.token)
    return same_token(request.header("authorization").value_or(""), config_.token->reveal());
  return request.remote.address().is_loopback();
}

const admin::entry* admin::find(std::string_view path) const {
  if (!config_.prefix.empty() && path.starts_with(config_.prefix)) {
    const auto rest = path.substr(config_.prefix.size());
    if (rest.empty() || rest.starts_with('/')) path = rest.empty() ? "/" : rest;
  }
  auto found = entries_.find(path);
  if (found == entries_.end()) found = entries_.find(path.substr(0, path.rfind('/') + 1));
  return found == entries_.end() ? nullptr : &found->second;
}

task<server_response> admin::dispatch(const server_request& request) {
  const entry* const found = find(request.path);
  if (!found) co_return problem_response(404, "There is no such admin page.");
  const entry& e = *found;
  const bool get = request.method == "GET" || request.method == "HEAD";
  const http_handler* handler = get ? &e.page : nullptr;
  if (request.method == "POST") handler = &e.action;
  if (!handler || !*handler) co_return wrong_method(e.page != nullptr, e.action != nullptr);
  if (!allowed(request, get ? e.access : admin_access::operators))
    co_return problem_response(
        403, config_.token ? "This needs the admin token as a Bearer token."
                           : "This answers to loopback only: no admin token is configured.");
  co_return co_await (*handler)(request);
}

}  // namespace core
