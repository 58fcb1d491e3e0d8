#include "sidecar/proxy/session.hpp"

#include <memory>
#include <utility>

#include "core/problem_details.hpp"
#include "core/worker.hpp"
#include "sidecar/proxy/head_writer.hpp"
#include "sidecar/proxy/listener.hpp"
#include "sidecar/proxy/session_upload.hpp"

namespace sidecar {
namespace {

/// How long a new connection is waited for at the end of the process: the way of a first request,
/// with a TLS handshake before it.
constexpr core::duration first_request_time = std::chrono::seconds(1);

}  // namespace

session::session(listener& owner, core::tcp_socket socket)
    : owner_(owner), client_(owner.worker(), std::move(socket)), workspaces_(owner.workspaces()) {}

session::~session() = default;

void session::cut_off() noexcept {
  if (std::exchange(cut_off_, true)) return;
  if (in_request_) ++owner_.accounts().cut_off;
  client_.close();
  if (upstream_) upstream_->close();
}

void session::close_if_idle(core::instant now) noexcept {
  if (work_ || now < new_until_) return;
  if (!client_.stale()) client_.close();
}

core::task<> session::run() {
  const bool greeted = co_await greet();
  if (!greeted) co_return;
  for (bool keep = true; keep;) {
    head_state head = take_request_head();
    while (head == head_state::incomplete) {
      co_await client_.until_readable();
      head = take_request_head();
    }
    if (head == head_state::refused) co_await tell_refusal();
    if (head != head_state::complete) co_return;

    exchange_record& record = work_->record;
    auto refusal = begin_request();
    if (!refusal && record.held) {
      client_.expires({record.until.at + by_->settings->body_timeout});  // longer than any queue
      refusal = co_await by_->path->hold(record);
      record.admitted = core::now();
    }
    if (refusal) {
      keep = co_await answer_locally(refusal->status, refusal->why, refusal->detail);
    } else {
      failure why;
      do {
        const auto sent = send_at_once();
        why = failure::none;
        if (sent)
          why = *sent;
        else
          why = co_await send();
        upstream_state answer = upstream_state::waiting;
        while (why == failure::none && answer != upstream_state::answered) {
          answer = take_response_head();
          if (answer == upstream_state::waiting) co_await upstream_->until_readable();
          if (answer == upstream_state::informed) co_await client_.write(aside_);
          if (answer == upstream_state::failed) why = why_;
        }
      } while (repeat_is_due(why));
      if (why != failure::none) {
        keep = co_await answer_locally(status_of(why), why, describe(why));
      } else {
        const auto answered = answer_at_once();
        if (answered)
          keep = *answered;
        else
          keep = co_await answer();
      }
    }
    if (upload_) co_await stop_upload();
    const bool tunnel = record.tunnel;
    end_request();
    if (tunnel) co_await serve_tunnel();
  }
}

core::task<bool> session::greet() {
  client_address_ = client_.remote().address().to_string();
  const auto settings = owner_.current()->settings;
  const core::instant opened = core::now();
  new_until_ = opened + first_request_time;
  if (const auto tls = settings->tls) {
    client_.expires(core::deadline::in(settings->head_time, opened));
    const std::string nobody;  // a server asks for no name
    const auto context = tls->current();
    const auto secured = co_await client_.secure(context, nobody);
    if (!secured) co_return false;
  }
  client_.expires(core::deadline::in(settings->idle_timeout, core::now()));
  co_return true;
}

session::head_state session::take_request_head() {
  if (!work_) {
    if (!client_.may_have_input()) return head_state::incomplete;
    work_ = workspaces_->lend();
    in_ = read_window(work_->first);
  }
  const listener_settings& settings = *owner_.current()->settings;
  for (;;) {
    if (!in_.bytes().empty()) {
      if (arrived_ == core::instant{}) arrived_ = core::now();
      const auto parsed = core::parse_request_head(in_.bytes(), settings.head_size, work_->request);
      if (parsed.state == core::head_parse::state::complete) {
        in_.hold(parsed.size);
        return accept_head(settings);
      }
      if (parsed.state == core::head_parse::state::bad) {
        const bool large = parsed.error == core::head_error::too_large ||
                           parsed.error == core::head_error::too_many_fields;
        return refuse(large ? 431 : 400, core::to_label(parsed.error));
      }
      if (!std::exchange(head_in_pieces_, true))
        client_.expires(core::deadline::in(settings.head_time, arrived_));
    }
    if (in_.space().empty() && !make_room())
      return refuse(431, core::to_label(core::head_error::too_large));
    const auto got = client_.try_read(in_.space());
    if (!got) return head_state::ended;
    if (*got == 0) {
      if (in_.bytes().empty()) work_.reset();
      return head_state::incomplete;
    }
    in_.filled(*got);
  }
}

/// What a well-formed head must fulfil besides, before anything else sees it.
session::head_state session::accept_head(const listener_settings& settings) {
  const core::request_head& head = work_->request;
  if (head.fields.all().size() > settings.head_fields)
    return refuse(431, core::to_label(core::head_error::too_many_fields));
  request_frame_ = core::frame_request(head);
  if (request_frame_.kind == core::body_kind::tunnel) return refuse(400, "connect");
  if (request_frame_.kind == core::body_kind::refuse)
    return refuse(400, core::to_label(request_frame_.error));
  wants_upgrade_ = request_frame_.kind == core::body_kind::none && asks_for_upgrade(head.fields);
  return head_state::complete;
}

bool session::make_room() noexcept {
  if (large_) return false;
  large_ = owner_.worker().buffers.lend();
  in_.move_to(large_.bytes());
  return true;
}

std::span<char> session::lend_out() {
  if (!out_memory_) out_memory_ = owner_.worker().buffers.lend();
  return out_memory_.bytes();
}

void session::open_record() {
  by_ = owner_.current();
  exchange_record& record = work_->record;
  std::destroy_at(&record);
  std::construct_at(&record);
  record.listener = by_->settings.get();
  record.request = &work_->request;
  record.client = client_.remote();
  record.peer_names = client_.peer();
  record.peer = record.peer_names.first();
  record.arrived = arrived_;
  record.admitted = record.received = head_in_pieces_ ? core::now() : arrived_;
  record.method = method_index(work_->request.method);
  record.path = work_->request.path();
  record.query = work_->request.query();
  record.route = by_->settings->route_of(record.method, record.path);
}

std::optional<reply> session::begin_request() {
  ++owner_.accounts().accepted;
  in_request_ = true;
  new_until_ = {};
  open_record();
  return by_->path->before(work_->record);
}

void session::end_request() {
  exchange_record& record = work_->record;
  by_->path->after(record);
  if (!cut_off_) ++owner_.accounts().answered;
  in_request_ = false;
  client_.expires(core::deadline::in(by_->settings->idle_timeout, record.finished));
  if (record.tunnel) return;  // it still needs what came with the heads
  arrived_ = {};
  head_in_pieces_ = false;
  out_memory_.reset();
  from_memory_.reset();
  upstream_.reset();
  lane_.reset();
  by_.reset();
  in_.rewind();
  // Back to the small memory, as soon as what is there already fits it; without any, the connection
  // holds nothing.
  if (large_ && in_.bytes().size() <= work_->first.size()) {
    in_.move_to(work_->first);
    large_.reset();
  }
  if (in_.bytes().empty()) work_.reset();
}

session::head_state session::refuse(int status, const char* reason) {
  ++owner_.accounts().refused;
  owner_.refusals().count(reason);
  const auto answer =
      core::problem_response(status, std::string("The request is not acceptable: ") + reason + ".");
  aside_ = "HTTP/1.1 " + std::to_string(status) + " " + std::string(core::reason_phrase(status)) +
           "\r\nContent-Type: application/problem+json\r\nConnection: close\r\nContent-Length: " +
           std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
  return head_state::refused;
}

core::task<> session::tell_refusal() {
  client_.expires(core::deadline::in(std::chrono::seconds(2), core::now()));
  const auto told = co_await client_.write(aside_);
  if (!told) co_return;
  // Closing with unread input resets the connection, and the client may never read why.
  client_.shutdown_send();
  for (bool more = true; more;) {
    const auto got = co_await client_.read_some(work_->first);
    more = static_cast<bool>(got);
  }
}

}  // namespace sidecar
