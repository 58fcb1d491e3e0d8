#include "core/http_exchange.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/chunked.hpp"
#include "core/framing.hpp"
#include "core/http_head.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

std::string render_head(const outgoing_request& request) {
  const auto body = request.content();
  std::string out;
  out.reserve(256);
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  for (const auto& [name, value] : request.headers)
    out.append(name).append(": ").append(value).append("\r\n");
  const bool has_body = !body.empty() || request.method == "POST" || request.method == "PUT" ||
                        request.method == "PATCH";
  if (has_body) out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  out.append("\r\n");
  return out;
}

/// Reads one answer; `pending` holds bytes that were read and not used yet.
class answer_reader {
 public:
  answer_reader(byte_stream& stream, const exchange_limits& limits, bool head_request,
                exchanged& out)
      : stream_(stream), limits_(limits), head_request_(head_request), out_(out) {}

  task<error_code> read() {
    response_head head;
    if (auto error = co_await read_head(head)) co_return error;
    auto& answer = out_.answer;
    answer.times.head = now();
    answer.status = head.status;
    answer.legacy = head.legacy;
    answer.headers.reserve(head.fields.all().size());
    for (const auto& f : head.fields.all())
      answer.headers.emplace_back(std::string(f.name), std::string(f.value));
    const framing frame = frame_response(head, head_request_);
    pending_.erase(0, head_size_);  // the head's views end here
    error_code error;
    switch (frame.kind) {
      case body_kind::none: break;
      case body_kind::length: error = co_await read_length(frame.length); break;
      case body_kind::chunked: error = co_await read_chunked(); break;
      case body_kind::until_close: error = co_await read_to_end(); break;
      case body_kind::tunnel:
      case body_kind::refuse: error = errc::malformed; break;
    }
    answer.reusable =
        !error && frame.keep_alive && pending_.empty() && frame.kind != body_kind::until_close;
    co_return error;
  }

 private:
  /// At least one byte more.
  task<error_code> more() {
    auto piece = stream_.owner().buffers.lend();
    for (;;) {
      const auto got = stream_.try_read(piece.bytes());
      if (!got) co_return got.error();
      if (*got > 0) {
        if (std::exchange(out_.answered_nothing, false)) out_.answer.times.first_byte = now();
        pending_.append(piece.data(), *got);
        co_return error_code();
      }
      piece.reset();  // nothing is lent to a connection that waits
      co_await stream_.until_readable();
      piece = stream_.owner().buffers.lend();
    }
  }

  task<error_code> read_head(response_head& head) {
    for (;;) {
      const head_parse parsed = parse_response_head(pending_, limits_.head, head);
      if (parsed.state == head_parse::state::bad)
        co_return parsed.error == head_error::too_large ? errc::too_large : errc::malformed;
      if (parsed.state == head_parse::state::need_more) {
        if (auto error = co_await more()) co_return error;
        continue;
      }
      if (head.status >= 200 || head.status == 101) {
        head_size_ = parsed.size;
        co_return error_code();
      }
      ++out_.answer.informational;
      pending_.erase(0, parsed.size);
    }
  }

  bool fits(std::uint64_t more_bytes) const noexcept {
    return more_bytes <= limits_.body && out_.answer.body_size <= limits_.body - more_bytes;
  }

  /// Counts a part of the body and keeps what may be kept of it.
  void take(std::string_view payload) {
    auto& answer = out_.answer;
    answer.body_size += payload.size();
    const auto room = limits_.keep - std::min(limits_.keep, answer.body.size());
    answer.body.append(payload.substr(0, room));
  }

  task<error_code> read_length(std::uint64_t length) {
    if (length > limits_.body) co_return errc::too_large;
    if (length <= pending_.size() && length <= limits_.keep && out_.answer.body.empty()) {
      // Whole already, as most are: it changes hands instead of being copied.
      out_.answer.body_size = length;
      std::string rest = pending_.substr(length);
      pending_.resize(length);
      out_.answer.body = std::exchange(pending_, std::move(rest));
      co_return error_code();
    }
    for (;;) {
      const auto part = std::min<std::uint64_t>(length - out_.answer.body_size, pending_.size());
      take(std::string_view(pending_).substr(0, part));
      pending_.erase(0, part);
      if (out_.answer.body_size == length) co_return error_code();
      if (auto error = co_await more()) co_return error;
    }
  }

  task<error_code> read_chunked() {
    chunked_scanner scanner;
    for (;;) {
      std::string_view left = pending_;
      bool done = false;
      while (!left.empty() && !done) {
        const auto step = scanner.next(left);
        if (step.bad) co_return errc::malformed;
        if (!fits(step.payload.size())) co_return errc::too_large;
        take(step.payload);
        left.remove_prefix(step.consumed);
        done = step.done;
      }
      pending_.erase(0, pending_.size() - left.size());
      if (done) co_return error_code();
      if (auto error = co_await more()) co_return error;
    }
  }

  task<error_code> read_to_end() {
    for (;;) {
      if (!fits(pending_.size())) co_return errc::too_large;
      take(pending_);
      pending_.clear();
      auto error = co_await more();
      if (error) co_return error == errc::closed ? error_code() : error;
    }
  }

  byte_stream& stream_;
  const exchange_limits& limits_;
  bool head_request_;
  exchanged& out_;
  std::string pending_;
  std::size_t head_size_ = 0;
};

}  // namespace

std::optional<std::string_view> http_answer::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers)
    if (iequals(key, name)) return value;
  return std::nullopt;
}

task<exchanged> exchange(byte_stream& stream, const outgoing_request& request,
                         exchange_limits limits, deadline until) {
  exchanged out;
  stream.expires(until);
  out.answer.times.start = now();
  const std::string head = render_head(request);
  const auto body = request.content();
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head),
                                                asio::buffer(body.data(), body.size())};
  auto sent = co_await stream.write(parts);
  out.answer.times.sent = now();
  // A server may answer and close before it has read everything: its answer still counts.
  answer_reader reader(stream, limits, request.method == "HEAD", out);
  out.error = co_await reader.read();
  if (!sent && out.error) out.error = sent.error();
  if (!sent) out.answer.reusable = false;
  out.answer.times.done = now();
  co_return out;
}

}  // namespace core
