#include "core/http_server.hpp"

#include <boost/asio/as_tuple.hpp>

#include "core/byte_stream.hpp"
#include "core/chunked.hpp"
#include "core/framing.hpp"
#include "core/http_client.hpp"
#include "core/log.hpp"
#include "core/problem_details.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

constexpr auto waiting = asio::as_tuple(use_task);

void append_head(std::string& out, const server_response& response, bool close, bool body) {
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  if (body && !response.content_type.empty())
    out.append("Content-Type: ").append(response.content_type).append("\r\n");
  for (const auto& [name, value] : response.headers)
    out.append(name).append(": ").append(value).append("\r\n");
  if (body)
    out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  if (close) out.append("Connection: close\r\n");
  out.append("\r\n");
}

bool status_has_body(int status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

http_handler immediate(std::function<server_response(const server_request&)> answer) {
  return [answer = std::move(answer)](const server_request& request) -> task<server_response> {
    co_return answer(request);
  };
}

/// One connection: what it has read and whether it is between requests.
struct http_server::session {
  session(worker& w, tcp_socket socket) : stream(w, std::move(socket)) {}

  byte_stream stream;
  std::string input;  // bytes read and not used yet; freed while idle
  std::string body;
  request_head head;
  bool idle = true;
};

http_server::http_server(worker& w, http_handler handler, http_server_limits limits)
    : worker_(w), handler_(std::move(handler)), limits_(limits) {}

http_server::~http_server() = default;

result<std::uint16_t> http_server::listen(const address& at) {
  error_code error;
  const auto host = at.host.empty() ? asio::ip::address(asio::ip::address_v6::any())
                                    : asio::ip::make_address(at.host, error);
  if (error) return error;
  tcp_acceptor acceptor(worker_.io.get_executor());
  const asio::ip::tcp::endpoint endpoint(host, at.port);
  if (acceptor.open(endpoint.protocol(), error); error) return error;
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (acceptor.bind(endpoint, error); error) return error;
  if (acceptor.listen(asio::socket_base::max_listen_connections, error); error) return error;
  const std::uint16_t port = acceptor.local_endpoint().port();
  acceptors_.push_back(std::move(acceptor));
  worker_.start("accept", accept_loop(acceptors_.back()));
  return port;
}

task<> http_server::accept_loop(tcp_acceptor& acceptor) {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(waiting);
    if (draining_ || error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors, above all: trying again at once would spin.
      worker_.log.warning("accept failed", {{"error", error.message()}});
      co_await sleep_for(worker_, std::chrono::milliseconds(100));
      continue;
    }
    worker_.start("http session", serve(std::make_shared<session>(worker_, std::move(socket))));
  }
}

namespace {

enum class received { request, end, bad };

/// Waits for the next request on a connection and reads it whole.
struct request_reader {
  worker& w;
  byte_stream& stream;
  const http_server_limits& limits;
  std::string& input;
  std::string& body;
  request_head& head;
  bool& idle;

  framing frame{};
  std::size_t head_size = 0;
  std::size_t used = 0;  // of `input`, by this request
  server_response refusal{};

  received refuse(int status, std::string_view detail) {
    refusal = problem_response(status, detail);
    return received::bad;
  }

  task<bool> more() {
    auto lease = w.buffers.lend();
    auto got = co_await stream.read_some(lease.bytes());
    if (!got) co_return false;
    input.append(lease.data(), *got);
    co_return true;
  }

  task<received> read_head() {
    if (input.empty()) {
      idle = true;
      stream.expires(deadline::in(limits.idle_time, now()));
      const auto readable = co_await stream.wait_readable();
      if (!readable) co_return received::end;
    }
    idle = false;
    stream.expires(deadline::in(limits.head_time, now()));
    for (;;) {
      const head_parse parsed = parse_request_head(input, limits.head, head);
      if (parsed.state == head_parse::state::complete) {
        head_size = parsed.size;
        co_return received::request;
      }
      if (parsed.state == head_parse::state::bad) {
        const bool large =
            parsed.error == head_error::too_large || parsed.error == head_error::too_many_fields;
        co_return refuse(large ? 431 : 400, std::string("The request head is not acceptable: ") +
                                                to_label(parsed.error) + ".");
      }
      const bool got = co_await more();
      if (!got) co_return received::end;
    }
  }

  task<received> read_body() {
    body.clear();
    used = head_size;
    frame = frame_request(head);
    if (frame.kind == body_kind::refuse)
      co_return refuse(400, std::string("The request's framing is not acceptable: ") +
                                to_label(frame.error) + ".");
    if (frame.kind == body_kind::length && frame.length > limits.body)
      co_return refuse(
          413, "The request body is larger than " + std::to_string(limits.body) + " bytes.");
    if (frame.kind == body_kind::length || frame.kind == body_kind::chunked) {
      const auto expect = head.fields.find("expect");
      if (expect && iequals(*expect, "100-continue")) {
        const auto told = co_await stream.write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!told) co_return received::end;
      }
    }
    if (frame.kind == body_kind::length) co_return co_await read_length();
    if (frame.kind == body_kind::chunked) co_return co_await read_chunked();
    co_return received::request;
  }

  // `input` may grow, and so move, while a body is read: the head is parsed again from its new
  // place.
  void reparse() { parse_request_head(input, limits.head, head); }

  task<received> read_length() {
    while (input.size() - head_size < frame.length) {
      const bool got = co_await more();
      if (!got) co_return received::end;
    }
    reparse();
    body.assign(input, head_size, frame.length);
    used = head_size + frame.length;
    co_return received::request;
  }

  task<received> read_chunked() {
    chunked_scanner scanner;
    for (;;) {
      while (used < input.size()) {
        const auto step = scanner.next(std::string_view(input).substr(used));
        if (step.bad) co_return refuse(400, "The chunked body is malformed.");
        body.append(step.payload);
        used += step.consumed;
        if (body.size() > limits.body)
          co_return refuse(
              413, "The request body is larger than " + std::to_string(limits.body) + " bytes.");
        if (step.done) {
          reparse();
          co_return received::request;
        }
      }
      const bool got = co_await more();
      if (!got) co_return received::end;
    }
  }
};

}  // namespace

task<> http_server::serve(std::shared_ptr<session> s) {
  const auto place = sessions_.insert(sessions_.end(), s.get());
  ++connections_;
  request_reader reader{worker_, s->stream, limits_, s->input, s->body, s->head, s->idle};
  for (bool open = true; open && s->stream.is_open();) {
    received what = co_await reader.read_head();
    if (what == received::request) what = co_await reader.read_body();
    if (what == received::end) break;

    server_response response;
    open = what == received::request && reader.frame.keep_alive && !draining_;
    const bool head_only = what == received::request && s->head.method == "HEAD";
    if (what == received::bad) {
      response = std::move(reader.refusal);
    } else {
      const deadline until = deadline::in(limits_.request_time, now());
      s->stream.expires(until);
      const server_request request{s->head.method, s->head.path(), s->head.query(),   s->head,
                                   s->body,        until,          s->stream.remote()};
      response = co_await answer(request);
      open = open && !draining_;
    }
    std::string head;
    head.reserve(256);
    append_head(head, response, !open, status_has_body(response.status));
    const std::array<asio::const_buffer, 2> parts{
        asio::buffer(head),
        asio::buffer(head_only || !status_has_body(response.status) ? std::string_view()
                                                                    : response.body)};
    const auto sent = co_await s->stream.write(parts);
    if (!sent) break;
    s->input.erase(0, reader.used);
    if (s->input.empty()) s->input = std::string();
    s->body = std::string();
    if (what == received::bad) co_await linger(*s);
  }
  s->stream.close();
  sessions_.erase(place);
  --connections_;
}

task<server_response> http_server::answer(const server_request& request) {
  try {
    co_return co_await handler_(request);
  } catch (const std::exception& e) {
    worker_.log.error("handler failed", {{"path", request.path}, {"error", e.what()}});
  }
  co_return problem_response(500, "The server failed to answer this request.");
}

// Closing with unread input resets the connection, and the client may never see why it was refused.
task<> http_server::linger(session& s) {
  s.stream.shutdown_send();
  s.stream.expires(deadline::in(std::chrono::seconds(2), now()));
  auto lease = worker_.buffers.lend();
  std::size_t left = 1024 * 1024;
  while (left > 0) {
    auto got = co_await s.stream.read_some(lease.bytes());
    if (!got) co_return;
    left -= std::min(left, *got);
  }
}

task<> http_server::drain(deadline until) {
  draining_ = true;
  for (auto& acceptor : acceptors_) {
    // Closing a listener resets what it has queued: take that first.
    error_code error;
    acceptor.non_blocking(true, error);
    for (;;) {
      tcp_socket socket(worker_.io.get_executor());
      if (acceptor.accept(socket, error); error) break;
      worker_.start("http session", serve(std::make_shared<session>(worker_, std::move(socket))));
    }
    acceptor.close(error);
  }
  while (connections_ > 0 && !until.passed(now())) {
    // An idle connection on which a request has just arrived is not idle: it is still answered.
    for (session* s : sessions_)
      if (s->idle && !s->stream.stale()) s->stream.close();
    co_await sleep_for(worker_, std::chrono::milliseconds(5));
  }
  for (session* s : sessions_) s->stream.close();
}

std::optional<std::string> server_request::parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    std::string key, value;
    if (!url_decode(pair.substr(0, equals), true, key) || key != name) continue;
    if (equals == std::string_view::npos) return std::string();
    if (!url_decode(pair.substr(equals + 1), true, value)) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
  }
  return status < 400 ? "OK" : "Error";
}

}  // namespace core
