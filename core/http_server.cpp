#include "core/http_server.hpp"

#include <boost/asio/as_tuple.hpp>

#include "core/byte_stream.hpp"
#include "core/http_client.hpp"
#include "core/log.hpp"
#include "core/problem_details.hpp"
#include "core/request_reader.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

constexpr auto waiting = asio::as_tuple(use_task);

void append_head(std::string& out, const server_response& response, std::string_view date,
                 bool close, bool body) {
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\nDate: ").append(date).append("\r\n");
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

server_response refusal(const http_server_limits& limits, int status, std::string_view detail,
                        const request_head* head) {
  return limits.refusal ? limits.refusal(status, detail, head) : problem_response(status, detail);
}

task<result<>> send(byte_stream& stream, const server_response& response, std::string_view date,
                    bool head_only, bool close) {
  const bool has_body = status_has_body(response.status);
  std::string head;
  head.reserve(256);
  append_head(head, response, date, close, has_body);
  const std::string_view body = has_body && !head_only ? response.body : std::string_view();
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head),
                                                asio::buffer(body.data(), body.size())};
  co_return co_await stream.write(parts);
}

}  // namespace

http_handler immediate(std::function<server_response(const server_request&)> answer) {
  return [answer = std::move(answer)](const server_request& request) -> task<server_response> {
    co_return answer(request);
  };
}

struct http_server::session {
  session(worker& w, tcp_socket socket, const http_server_limits& limits)
      : stream(w, std::move(socket)), reader(w, stream, limits) {}

  byte_stream stream;
  request_reader reader;
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
    worker_.start("http session",
                  serve(std::make_shared<session>(worker_, std::move(socket), limits_)));
  }
}

task<> http_server::serve(std::shared_ptr<session> s) {
  const auto place = sessions_.insert(sessions_.end(), s.get());
  ++connections_;
  for (bool open = true; open && s->stream.is_open();) {
    const received what = co_await s->reader.read();
    if (what == received::end) break;
    const bool good = what == received::request;
    server_response response = std::move(s->reader.refusal());
    if (good) response = co_await answer(*s);
    open = good && s->reader.keep_alive() && !draining_;
    const bool head_only = good && s->reader.head().method == "HEAD";
    const auto sent = co_await send(s->stream, response, date_.now(), head_only, !open);
    if (!sent) break;
    s->reader.finish();
    if (!good) co_await linger(*s);
  }
  s->stream.close();
  sessions_.erase(place);
  --connections_;
}

task<server_response> http_server::answer(session& s) {
  const request_head& head = s.reader.head();
  const deadline until = deadline::in(limits_.request_time, now());
  s.stream.expires(until);
  const server_request request{head.method,     head.path(), head.query(),      head,
                               s.reader.body(), until,       s.stream.remote(), &s.reader.buffer()};
  try {
    co_return co_await handler_(request);
  } catch (const std::exception& e) {
    worker_.log.error("handler failed", {{"path", request.path}, {"error", e.what()}});
  }
  co_return refusal(limits_, 500, "The server failed to answer this request.", &head);
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
      worker_.start("http session",
                    serve(std::make_shared<session>(worker_, std::move(socket), limits_)));
    }
    acceptor.close(error);
  }
  while (connections_ > 0 && !until.passed(now())) {
    // An idle connection on which a request has just arrived is not idle: it is still answered.
    for (session* s : sessions_)
      if (s->reader.idle() && !s->stream.stale()) s->stream.close();
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

}  // namespace core
