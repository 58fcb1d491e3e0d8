#include "sidecar/proxy/session.hpp"

#include <cstring>
#include <utility>

#include "core/problem_details.hpp"
#include "core/worker.hpp"
#include "sidecar/proxy/body_relay.hpp"
#include "sidecar/proxy/head_writer.hpp"
#include "sidecar/proxy/listener.hpp"

namespace sidecar {
namespace {

using core::asio::buffer;
using core::asio::const_buffer;

/// Time for the whole head of a request, from its first byte.
constexpr auto head_time = std::chrono::seconds(10);

bool has_body(const core::framing& frame) noexcept {
  return frame.kind == core::body_kind::chunked || frame.kind == core::body_kind::until_close ||
         (frame.kind == core::body_kind::length && frame.length > 0);
}

failure read_failure(const core::error_code& error) noexcept {
  return core::classify(error) == core::errc::timed_out ? failure::upstream_timeout
                                                        : failure::upstream_closed;
}

}  // namespace

session::session(listener& owner, core::tcp_socket socket)
    : owner_(owner), client_(owner.worker(), std::move(socket)) {}

void session::close_if_idle() noexcept {
  if (idle_ && !client_.stale()) client_.close();
}

core::task<> session::run() {
  client_address_ = client_.remote().address().to_string();
  if (const auto tls = owner_.current()->settings->tls) {
    client_.expires(core::deadline::in(head_time, core::now()));
    const std::string nobody;  // a server asks for no name
    const auto secured = co_await client_.secure(tls, nobody);
    if (!secured) co_return;
  }
  client_.expires(core::deadline::in(owner_.current()->settings->idle_timeout, core::now()));
  for (;;) {
    if (!work_) {
      const bool begun = co_await wait_for_request();
      if (!begun) co_return;
    }
    const head_state head = co_await read_request_head();
    if (head != head_state::complete) co_return;
    const bool keep = co_await serve_request();
    if (!keep) co_return;
    work_->client.rewind();
    // A pipelined request is served at once; without one the connection holds nothing.
    if (work_->client.bytes().empty()) work_.reset();
  }
}

// Waiting by reading saves a system call and a turn of the loop a request. TLS is waited for: its
// record would have to be decrypted before there is room for it.
core::task<bool> session::wait_for_request() {
  idle_ = true;
  by_.reset();
  core::result<std::size_t> got = std::size_t{0};
  if (client_.is_secure()) {
    const auto readable = co_await client_.wait_readable();
    if (!readable) co_return false;
  } else {
    got = co_await client_.read_some(first_);
    if (!got) co_return false;
  }
  idle_ = false;
  work_ = owner_.workspaces().lend();
  work_->client = read_window(work_->client_memory);
  if (client_.is_secure()) got = client_.try_read(work_->client.space());
  if (!got) co_return false;
  if (!client_.is_secure()) std::memcpy(work_->client.space().data(), first_.data(), *got);
  work_->client.filled(*got);
  co_return true;
}

core::task<session::head_state> session::read_request_head() {
  read_window& window = work_->client;
  arrived_ = core::now();
  head_in_pieces_ = false;
  for (;;) {
    const auto parsed =
        core::parse_request_head(window.bytes(), workspace::head_limit, work_->request);
    if (parsed.state == core::head_parse::state::complete) {
      window.hold(parsed.size);
      co_return head_state::complete;
    }
    if (parsed.state == core::head_parse::state::bad) {
      const bool large = parsed.error == core::head_error::too_large ||
                         parsed.error == core::head_error::too_many_fields;
      co_await refuse(large ? 431 : 400, core::to_label(parsed.error));
      co_return head_state::refused;
    }
    if (!std::exchange(head_in_pieces_, true))
      client_.expires(core::deadline::in(head_time, arrived_));
    auto more = co_await client_.read_some(window.space());
    if (!more) co_return head_state::ended;
    window.filled(*more);
  }
}

core::task<bool> session::serve_request() {
  request_frame_ = core::frame_request(work_->request);
  if (request_frame_.kind == core::body_kind::refuse ||
      request_frame_.kind == core::body_kind::tunnel) {
    const bool tunnel = request_frame_.kind == core::body_kind::tunnel;
    co_return co_await refuse(400, tunnel ? "connect" : core::to_label(request_frame_.error));
  }
  open_record();
  exchange_record& record = work_->record;
  request_read_ = !has_body(request_frame_);

  bool keep;
  auto refusal = by_->path->before(record);
  if (!refusal && record.held) {
    refusal = co_await by_->path->hold(record);
    record.admitted = core::now();
  }
  if (refusal) {
    keep = co_await answer_locally(refusal->status, refusal->why, refusal->detail);
  } else {
    connection to;
    const failure why = co_await forward(to);
    if (why == failure::none)
      keep = co_await answer_from(to);
    else
      keep = co_await answer_locally(status_of(why), why, describe(why));
  }
  by_->path->after(record);
  client_.expires(core::deadline::in(by_->settings->idle_timeout, record.finished));
  co_return keep;
}

void session::open_record() {
  by_ = owner_.current();
  exchange_record& record = work_->record = exchange_record{};
  record.listener = by_->settings.get();
  record.request = &work_->request;
  record.arrived = arrived_;
  record.admitted = record.received = head_in_pieces_ ? core::now() : arrived_;
  record.method = method_index(work_->request.method);
  record.path = work_->request.path();
  record.query = work_->request.query();
  record.route = by_->settings->route_of(record.method, record.path);
}

bool session::may_repeat() const noexcept {
  const std::string_view method = work_->request.method;
  return !has_body(request_frame_) && (method == "GET" || method == "HEAD" || method == "PUT" ||
                                       method == "DELETE" || method == "OPTIONS");
}

core::task<failure> session::forward(connection& to) {
  exchange_record& record = work_->record;
  const auto& route = by_->settings->routes[static_cast<std::size_t>(record.route)];
  const auto until = core::deadline::in(route.timeout, record.admitted);
  client_.expires(core::deadline::in(route.timeout + by_->settings->body_timeout, record.admitted));
  for (bool first = true;; first = false) {
    to = co_await by_->upstream.connect(!may_repeat(), first, until);
    if (!to.stream) co_return to.why;
    record.connected = to.reused ? record.admitted : core::now();
    answered_any_ = false;
    const failure why = co_await exchange_over(to);
    // The upstream closed a pooled connection while we took it: as good as not sent.
    const bool stale =
        why == failure::upstream_closed && to.reused && !answered_any_ && may_repeat();
    if (!stale) co_return why;
    by_->upstream.count_retry();
  }
}

core::task<failure> session::exchange_over(connection& to) {
  const failure sent = co_await send_request(*to.stream);
  if (sent != failure::none && sent != failure::upstream_closed) co_return sent;
  // An upstream may answer and close before it has read everything: its answer still counts.
  co_return co_await read_response_head(*to.stream);
}

core::task<failure> session::send_request(core::byte_stream& to) {
  exchange_record& record = work_->record;
  read_window& window = work_->client;
  if (!request_read_) {
    const auto expect = work_->request.fields.find("expect");
    if (expect && core::iequals(*expect, "100-continue") && window.bytes().empty()) {
      const auto told = co_await client_.write("HTTP/1.1 100 Continue\r\n\r\n");
      if (!told) co_return failure::client_closed;
    }
  }
  head_buffer head(work_->head_memory);
  write_request_head(head, record, request_frame_, client_address_, client_.is_secure());
  if (head.overflown()) co_return failure::bad_request;
  auto sent = co_await to.write(head.text());
  if (sent && !request_read_) {
    relay_job job{request_frame_, false, by_->settings->body_timeout, 0};
    const relay_end end = co_await relay_body(client_, window, to, job);
    record.request_bytes = job.bytes;
    request_read_ = end == relay_end::done;
    if (end == relay_end::malformed) co_return failure::bad_request;
    if (end == relay_end::source_failed) co_return failure::client_closed;
    if (end == relay_end::sink_failed) sent = core::errc::closed;
  }
  record.forwarded = core::now();
  if (!sent) co_return read_failure(sent.error());
  if (record.request_bytes > 0) {
    const auto& route = by_->settings->routes[static_cast<std::size_t>(record.route)];
    to.expires(core::deadline::in(route.timeout, record.forwarded));
  }
  co_return failure::none;
}

core::task<failure> session::read_response_head(core::byte_stream& from) {
  read_window& window = work_->upstream = read_window(work_->upstream_memory);
  for (;;) {
    auto got = co_await from.read_some(window.space());
    if (!got) co_return read_failure(got.error());
    answered_any_ = true;
    window.filled(*got);
    for (;;) {
      const auto parsed =
          core::parse_response_head(window.bytes(), workspace::head_limit, work_->response);
      if (parsed.state == core::head_parse::state::bad) co_return failure::upstream_malformed;
      if (parsed.state == core::head_parse::state::need_more) break;
      if (work_->response.status < 200 && work_->response.status != 101) {  // informational
        window.consume(parsed.size);
        continue;
      }
      window.hold(parsed.size);
      response_frame_ = core::frame_response(work_->response, work_->request.method == "HEAD");
      if (response_frame_.kind == core::body_kind::refuse ||
          response_frame_.kind == core::body_kind::tunnel)
        co_return failure::upstream_malformed;
      work_->record.answered = core::now();
      co_return failure::none;
    }
  }
}

core::task<bool> session::answer_from(connection& from) {
  exchange_record& record = work_->record;
  record.status = work_->response.status;
  record.location = work_->response.fields.find("location").value_or("");
  record.app_timing = work_->response.fields.find("server-timing").value_or("");
  by_->path->answering(record);

  const bool dechunk = work_->request.legacy && response_frame_.kind == core::body_kind::chunked;
  const bool keep = request_frame_.keep_alive && !work_->request.legacy && request_read_ &&
                    !owner_.draining() && response_frame_.kind != core::body_kind::until_close;
  head_buffer head(work_->head_memory);
  write_response_head(head, record, work_->response, response_frame_, !keep, dechunk);
  read_window& window = work_->upstream;
  relay_job job{response_frame_, dechunk, by_->settings->body_timeout, 0};

  // The usual answer fits the window: head and body leave in one write.
  std::string_view at_once;
  const bool whole = response_frame_.kind == core::body_kind::none ||
                     (response_frame_.kind == core::body_kind::length &&
                      response_frame_.length <= window.bytes().size());
  if (whole) at_once = window.bytes().substr(0, response_frame_.length);
  const std::array<const_buffer, 2> parts{buffer(head.text().data(), head.text().size()),
                                          buffer(at_once.data(), at_once.size())};
  bool sent = false;
  if (!head.overflown()) sent = static_cast<bool>(co_await client_.write(parts));
  relay_end end = relay_end::done;
  if (whole) {
    window.consume(at_once.size());
    job.bytes = at_once.size();
  } else if (sent) {
    end = co_await relay_body(*from.stream, window, client_, job);
  }
  record.response_bytes = job.bytes;
  record.finished = core::now();
  if (!sent || end == relay_end::sink_failed) record.why = failure::client_closed;
  if (end == relay_end::source_failed || end == relay_end::malformed)
    record.why = failure::upstream_incomplete;
  if (record.why == failure::client_closed) record.status = status_of(failure::client_closed);
  const bool through = record.why == failure::none;
  if (through && response_frame_.keep_alive && request_read_ && window.bytes().empty() &&
      response_frame_.kind != core::body_kind::until_close)
    by_->upstream.put(std::move(from.stream), record.finished);
  co_return keep&& through;
}

core::task<bool> session::answer_locally(int status, failure why, std::string_view detail) {
  exchange_record& record = work_->record;
  record.status = status;
  record.why = why;
  record.answered = {};
  by_->path->answering(record);
  const bool keep =
      request_frame_.keep_alive && !work_->request.legacy && request_read_ && !owner_.draining();
  const std::string body = core::problem_response(status, detail).body;
  head_buffer head(work_->head_memory);
  head.put("HTTP/1.1 ");
  head.put_number(static_cast<std::uint64_t>(status));
  head.put(" ");
  head.put(core::reason_phrase(status));
  head.put("\r\nContent-Type: application/problem+json\r\nContent-Length: ");
  head.put_number(body.size());
  head.put("\r\n");
  head.put(record.to_client);
  head.put(keep ? "\r\n" : "Connection: close\r\n\r\n");
  const bool head_only = work_->request.method == "HEAD";
  const std::array<const_buffer, 2> parts{buffer(head.text().data(), head.text().size()),
                                          buffer(body.data(), head_only ? 0 : body.size())};
  bool sent = false;
  if (why != failure::client_closed) sent = static_cast<bool>(co_await client_.write(parts));
  record.finished = core::now();
  co_return sent&& keep;
}

core::task<bool> session::refuse(int status, const char* reason) {
  owner_.refusals().count(reason);
  const auto answer =
      core::problem_response(status, std::string("The request is not acceptable: ") + reason + ".");
  std::string text =
      "HTTP/1.1 " + std::to_string(status) + " " + std::string(core::reason_phrase(status)) +
      "\r\nContent-Type: application/problem+json\r\nConnection: close\r\nContent-Length: " +
      std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
  client_.expires(core::deadline::in(std::chrono::seconds(2), core::now()));
  const auto told = co_await client_.write(text);
  if (!told) co_return false;
  // Closing with unread input resets the connection, and the client may never read why.
  client_.shutdown_send();
  read_window drain(work_->client_memory);
  for (;;) {
    const auto got = co_await client_.read_some(drain.space());
    if (!got) co_return false;
  }
}

}  // namespace sidecar
