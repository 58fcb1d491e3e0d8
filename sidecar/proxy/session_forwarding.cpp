#include <boost/asio/as_tuple.hpp>
#include <cstring>

#include "sidecar/proxy/head_writer.hpp"
#include "sidecar/proxy/listener.hpp"
#include "sidecar/proxy/session_upload.hpp"

namespace sidecar {
namespace {

bool has_body(const core::framing& frame) noexcept {
  return frame.kind == core::body_kind::chunked || frame.kind == core::body_kind::until_close ||
         (frame.kind == core::body_kind::length && frame.length > 0);
}

failure read_failure(const core::error_code& error) noexcept {
  return core::classify(error) == core::errc::timed_out ? failure::upstream_timeout
                                                        : failure::upstream_closed;
}

}  // namespace

bool session::may_repeat() const noexcept {
  const std::string_view method = work_->request.method;
  return !has_body(request_frame_) && (method == "GET" || method == "HEAD" || method == "PUT" ||
                                       method == "DELETE" || method == "OPTIONS");
}

// The upstream closed a pooled connection while we took it: as good as not sent.
bool session::repeat_is_due(failure why) {
  if (why != failure::upstream_closed || !reused_ || answered_any_ || !may_repeat()) return false;
  by_->upstream.count_retry();
  ++work_->record.resends;
  return true;
}

std::optional<failure> session::send_at_once() {
  exchange_record& record = work_->record;
  const auto& route = by_->settings->routes[static_cast<std::size_t>(record.route)];
  client_.expires(core::deadline::in(route.timeout + by_->settings->body_timeout, record.admitted));
  request_read_ = !has_body(request_frame_);
  answered_any_ = false;
  upstream_.reset();
  if (record.resends == 0) take_pooled();
  reused_ = upstream_ != nullptr;
  if (!reused_) return std::nullopt;
  upstream_->expires(record.until);
  record.upstream_peer = upstream_->remote();
  record.connected = record.admitted;
  if (!write_head()) return failure::bad_request;
  if (!request_read_) return std::nullopt;
  const core::asio::const_buffer all(unsent_.data(), unsent_.size());
  const auto sent = upstream_->try_write(std::span(&all, 1));
  // A connection that broke may still have an answer for us: reading tells.
  if (sent) unsent_.remove_prefix(*sent);
  if (sent && !unsent_.empty()) return std::nullopt;
  record.forwarded = core::now();
  out_memory_.reset();
  return failure::none;
}

core::task<failure> session::send() {
  exchange_record& record = work_->record;
  if (!upstream_) {
    const failure why = co_await connect();
    if (why != failure::none) co_return why;
    if (!write_head()) co_return failure::bad_request;
  }
  const auto sent = co_await upstream_->write(unsent_);
  record.forwarded = core::now();
  out_memory_.reset();
  if (!sent && core::classify(sent.error()) == core::errc::timed_out)
    co_return failure::upstream_timeout;
  if (sent && !request_read_) {
    make_room();
    relay_job job(request_frame_);
    job.pause = by_->settings->body_timeout;
    upload_ = std::make_unique<upload_state>(owner_.worker(), job);
    owner_.worker().start("upload", upload());
  }
  co_return failure::none;
}

void session::take_pooled() {
  connection pooled = by_->upstream.take(!may_repeat());
  upstream_ = std::move(pooled.stream);
  lane_ = std::move(pooled.lane);
}

core::task<failure> session::connect() {
  exchange_record& record = work_->record;
  connection made = co_await by_->upstream.connect(record.until);
  if (!made.stream) co_return made.why;
  upstream_ = std::move(made.stream);
  lane_ = std::move(made.lane);
  record.upstream_peer = upstream_->remote();
  record.connected = core::now();
  co_return failure::none;
}

/// Writes the head, with a body behind it that came whole and is small.
bool session::write_head() {
  head_buffer head(lend_out());
  write_request_head(head, work_->record, request_frame_, client_address_, client_.is_secure(),
                     wants_upgrade_);
  const auto body = in_.bytes();
  if (!request_read_ && request_frame_.kind == core::body_kind::length &&
      request_frame_.length <= std::min(body.size(), head.left())) {
    head.put(body.substr(0, request_frame_.length));
    in_.consume(request_frame_.length);
    work_->record.request_bytes = request_frame_.length;
    request_read_ = true;
  }
  unsent_ = head.text();
  return !head.overflown();
}

core::task<> session::upload() {
  upload_state& state = *upload_;
  exchange_record& record = work_->record;
  state.end = co_await relay_body(client_, in_, *upstream_, state.job);
  record.request_bytes = state.job.bytes;
  request_read_ = state.end == relay_end::done;
  if (!record.from_upstream()) {
    const auto& route = by_->settings->routes[static_cast<std::size_t>(record.route)];
    record.forwarded = core::now();
    upstream_->expires(
        sooner(core::deadline::in(route.timeout, record.forwarded), record.promised));
    // Without its whole body the request has no answer; `take_response_head` finds out by reading.
    if (state.end == relay_end::malformed || state.end == relay_end::source_failed)
      upstream_->close();
  }
  state.over = true;
  state.finished.cancel();
}

core::task<> session::stop_upload() {
  if (!upload_->over) {
    upload_->job.stop = true;
    upstream_->close();
    client_.wake();
    co_await upload_->finished.async_wait(core::asio::as_tuple(core::use_task));
  }
  upload_.reset();
}

session::upstream_state session::failed(failure why) noexcept {
  why_ = why;
  if (upload_ && upload_->over && upload_->end == relay_end::malformed) why_ = failure::bad_request;
  if (upload_ && upload_->over && upload_->end == relay_end::source_failed)
    why_ = failure::client_closed;
  return upstream_state::failed;
}

session::upstream_state session::take_response_head() {
  if (!from_memory_) {
    from_memory_ = owner_.worker().buffers.lend();
    from_ = read_window(from_memory_.bytes());
  }
  for (;;) {
    if (!from_.bytes().empty()) {
      const auto parsed =
          core::parse_response_head(from_.bytes(), by_->settings->head_size, work_->response);
      if (parsed.state == core::head_parse::state::bad) return failed(failure::upstream_malformed);
      if (parsed.state == core::head_parse::state::complete) {
        const int status = work_->response.status;
        if (status < 200 && status != 101) {
          const bool wanted = take_informational();
          from_.consume(parsed.size);
          if (wanted) return upstream_state::informed;
          continue;
        }
        from_.hold(parsed.size);
        response_frame_ = core::frame_response(work_->response, work_->request.method == "HEAD");
        const bool unasked = response_frame_.kind == core::body_kind::tunnel && !wants_upgrade_;
        if (response_frame_.kind == core::body_kind::refuse || unasked)
          return failed(failure::upstream_malformed);
        work_->record.answered = core::now();
        return upstream_state::answered;
      }
    }
    const auto got = upstream_->try_read(from_.space());
    if (!got) return failed(read_failure(got.error()));
    if (*got == 0) {
      if (from_.bytes().empty()) from_memory_.reset();
      return upstream_state::waiting;
    }
    answered_any_ = true;
    from_.filled(*got);
  }
}

/// RFC 9110, 15.2: interim answers are passed on, but not to a client that does not know them.
bool session::take_informational() {
  if (work_->request.legacy) return false;
  head_buffer head(lend_out());
  write_interim_head(head, work_->response);
  aside_ = head.text();
  return !head.overflown();
}

}  // namespace sidecar
