#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/byte_budget.hpp"
#include "core/clock.hpp"
#include "core/config_types.hpp"
#include "core/http_date.hpp"
#include "core/http_exchange.hpp"
#include "core/http_head.hpp"
#include "core/task.hpp"

namespace core {

class worker;
struct server_response;

/// How a server words its own refusals (those of its limits and 500 for a failed handler). `head`
/// is that of the request, or null when it could not be read.
using refusal_writer =
    std::function<server_response(int status, std::string_view detail, const request_head* head)>;

/// Limits of a server; what exceeds one is answered with the status in parentheses, or closed.
struct http_server_limits {
  std::size_t head = 16 * 1024;    ///< (431)
  std::size_t body = 1024 * 1024;  ///< (413)
  duration head_time =
      std::chrono::seconds(10);  ///< from the first byte of a head, and for the body (closed)
  duration idle_time = std::chrono::seconds(75);     ///< between requests (closed)
  duration request_time = std::chrono::seconds(30);  ///< request received → answer sent (closed)
  /// What the bodies of all requests at a time share, from their announcement to their answer; null
  /// for no bound. (503)
  std::shared_ptr<byte_budget> bodies{};
  refusal_writer refusal{};  ///< none: problem details (RFC 9457)
};

/// A request as a handler sees it; views and references live until the handler's task ends.
struct server_request {
  std::string_view method;
  std::string_view path;  ///< still percent-encoded
  std::string_view query;
  const request_head& head;
  std::string_view body;
  deadline until;
  asio::ip::tcp::endpoint remote;
  std::string* buffer = nullptr;  ///< that holds the body, when a server received it

  /// The body to keep, without copying it where that can be; `body` is then no longer valid.
  std::string take_body() const { return buffer ? std::move(*buffer) : std::string(body); }
  std::optional<std::string_view> header(std::string_view name) const noexcept {
    return head.fields.find(name);
  }
  /// The decoded value of a query parameter; nullopt when absent or malformed.
  std::optional<std::string> parameter(std::string_view name) const;
};

struct server_response {
  int status = 200;
  std::string content_type = "application/json";
  header_list headers;
  std::string body;
};

/// Answers one request on the server's worker. An exception is logged and answered 500.
using http_handler = std::function<task<server_response>(const server_request&)>;

/// A handler that needs not wait for anything.
http_handler immediate(std::function<server_response(const server_request&)> answer);

/// An HTTP/1.1 server on one worker: accepts, frames strictly, calls the handler with the whole
/// request, answers, keeps alive. Not for streaming: bodies are bounded by the limits.
class http_server {
 public:
  http_server(worker& w, http_handler handler, http_server_limits limits = {});
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Binds, listens and starts accepting; the port that was bound (for port 0), or why not.
  result<std::uint16_t> listen(const address& at);

  /// Stops accepting (after taking what is queued), closes idle connections, answers what is in
  /// flight with `Connection: close`, and returns when all are gone or `until` has passed (then
  /// the rest is closed).
  task<> drain(deadline until);

  std::size_t connections() const noexcept { return connections_; }

 private:
  struct session;
  task<> accept_loop(tcp_acceptor& acceptor);
  task<> serve(std::shared_ptr<session> s);
  task<server_response> answer(session& s);
  task<> linger(session& s);

  worker& worker_;
  http_handler handler_;
  http_server_limits limits_;
  http_date date_;
  std::list<tcp_acceptor> acceptors_;
  std::list<session*> sessions_;
  std::size_t connections_ = 0;
  bool draining_ = false;
};

/// The reason phrase of a status code.
std::string_view reason_phrase(int status) noexcept;

}  // namespace core
