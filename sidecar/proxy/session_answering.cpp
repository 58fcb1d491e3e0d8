#include <algorithm>
#include <array>
#include <utility>

#include "core/http_server.hpp"
#include "core/problem_details.hpp"
#include "sidecar/proxy/head_writer.hpp"
#include "sidecar/proxy/listener.hpp"
#include "sidecar/proxy/session_upload.hpp"
#include "sidecar/proxy/tunnel.hpp"

namespace sidecar {
namespace {

using core::asio::const_buffer;

/// Up to here a copy costs less than a second piece of a write.
constexpr std::size_t small_body = 2048;

}  // namespace

bool session::keeps_connection() const noexcept {
  return request_frame_.keep_alive && !work_->request.legacy && request_read_ && !owner_.draining();
}

std::optional<bool> session::answer_at_once() {
  exchange_record& record = work_->record;
  record.response = &work_->response;
  record.status = work_->response.status;
  record.location = work_->response.fields.find(core::field_name::location).value_or("");
  record.app_timing = work_->response.fields.find(core::field_name::server_timing).value_or("");
  record.tunnel = response_frame_.kind == core::body_kind::tunnel;
  by_->path->answering(record);

  dechunk_ = work_->request.legacy && response_frame_.kind == core::body_kind::chunked;
  keep_ =
      keeps_connection() && response_frame_.kind != core::body_kind::until_close && !record.tunnel;
  head_buffer head(lend_out());
  write_response_head(head, record, work_->response, response_frame_, !keep_, dechunk_);
  if (head.overflown()) return finish_answer(relay_end::sink_failed);
  body_ = relay_job(response_frame_);
  body_.dechunk = dechunk_;
  body_.keep_surplus = false;
  body_.pause = by_->settings->body_timeout;
  unsent_ = head.text();
  here_ = {};
  if (dechunk_ || record.tunnel) return std::nullopt;

  // The usual answer is there as a whole: head and body leave in one write.
  const auto part = body_.progress.next(from_.bytes(), false);
  if (part.bad) return finish_answer(relay_end::malformed);
  body_.bytes = part.take;
  here_ = part.payload;
  from_.consume(part.take);  // its bytes stay where they are until the answer is over
  if (here_.size() <= std::min(small_body, head.left())) {
    head.put(std::exchange(here_, {}));
    unsent_ = head.text();
  }
  const std::array<const_buffer, 2> all{const_buffer(unsent_.data(), unsent_.size()),
                                        const_buffer(here_.data(), here_.size())};
  const auto sent = client_.try_write(std::span(all).first(here_.empty() ? 1 : 2));
  if (!sent) return finish_answer(relay_end::sink_failed);
  const std::size_t of_head = std::min(*sent, unsent_.size());
  unsent_.remove_prefix(of_head);
  here_.remove_prefix(*sent - of_head);
  if (!unsent_.empty() || !here_.empty() || !body_.progress.done()) return std::nullopt;
  return finish_answer(relay_end::done);
}

core::task<bool> session::answer() {
  const std::array<const_buffer, 2> rest{const_buffer(unsent_.data(), unsent_.size()),
                                         const_buffer(here_.data(), here_.size())};
  const auto sent = co_await client_.write(rest);
  relay_end end = sent ? relay_end::done : relay_end::sink_failed;
  if (sent && !work_->record.tunnel) end = co_await relay_body(*upstream_, from_, client_, body_);
  co_return finish_answer(end);
}

bool session::finish_answer(relay_end end) {
  exchange_record& record = work_->record;
  record.response_bytes = body_.bytes;
  record.finished = core::now();
  if (end == relay_end::sink_failed) record.why = failure::client_closed;
  if (end == relay_end::source_failed || end == relay_end::malformed)
    record.why = failure::upstream_incomplete;
  if (record.why == failure::client_closed) record.status = status_of(failure::client_closed);
  if (record.why != failure::none) return false;
  // What came behind the answer was not asked for: such a stream is not used again.
  const bool reusable = response_frame_.keep_alive && request_read_ &&
                        (!upload_ || upload_->over) && from_.bytes().empty() && !body_.surplus &&
                        !record.tunnel && response_frame_.kind != core::body_kind::until_close;
  if (reusable) by_->upstream.put(std::move(upstream_), record.finished);
  return keep_;
}

core::task<bool> session::answer_locally(int status, failure why, std::string_view detail) {
  exchange_record& record = work_->record;
  record.status = status;
  record.why = why;
  record.answered = {};
  record.response = nullptr;
  by_->path->answering(record);
  keep_ = keeps_connection();
  const std::string body = core::problem_response(status, detail).body;
  head_buffer head(lend_out());
  head.put("HTTP/1.1 ");
  head.put_number(static_cast<std::uint64_t>(status));
  head.put(" ");
  head.put(core::reason_phrase(status));
  head.put("\r\nContent-Type: application/problem+json\r\nContent-Length: ");
  head.put_number(body.size());
  head.put("\r\n");
  head.put(record.to_client);
  head.put(keep_ ? "\r\n" : "Connection: close\r\n\r\n");
  if (work_->request.method != "HEAD") head.put(body);
  bool sent = false;
  if (why != failure::client_closed) sent = static_cast<bool>(co_await client_.write(head.text()));
  record.finished = core::now();
  co_return sent&& keep_;
}

core::task<> session::serve_tunnel() {
  tunnel_counters& counters = owner_.tunnels();
  counters.open.add(1);
  const auto bytes = co_await relay_tunnel(client_, in_.bytes(), *upstream_, from_.bytes(),
                                           by_->settings->tunnel_idle_timeout);
  counters.open.add(-1);
  counters.to_upstream.add(bytes.to_upstream);
  counters.to_client.add(bytes.to_client);
}

}  // namespace sidecar
