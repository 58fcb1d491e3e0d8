#include "core/http_exchange.hpp"

#include <array>

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
  answer_reader(byte_stream& stream, exchange_limits limits, bool head_request)
      : stream_(stream), limits_(limits), head_request_(head_request) {}

  task<error_code> read(exchanged& out) {
    response_head head;
    if (auto error = co_await read_head(out, head)) co_return error;
    out.answer.status = head.status;
    for (const auto& f : head.fields.all())
      out.answer.headers.emplace_back(std::string(f.name), std::string(f.value));
    const framing frame = frame_response(head, head_request_);
    pending_.erase(0, head_size_);  // the head's views end here
    error_code error;
    switch (frame.kind) {
      case body_kind::none: break;
      case body_kind::length: error = co_await read_length(out.answer.body, frame.length); break;
      case body_kind::chunked: error = co_await read_chunked(out.answer.body); break;
      case body_kind::until_close: error = co_await read_to_end(out.answer.body); break;
      case body_kind::tunnel:
      case body_kind::refuse: error = errc::malformed; break;
    }
    out.answer.reusable =
        !error && frame.keep_alive && pending_.empty() && frame.kind != body_kind::until_close;
    co_return error;
  }

 private:
  task<error_code> more(exchanged* out = nullptr) {
    char chunk[8192];
    auto got = co_await stream_.read_some(chunk);
    if (!got) co_return got.error();
    if (out && out->answered_nothing) {
      out->answered_nothing = false;
      out->answer.times.first_byte = now();
    }
    pending_.append(chunk, *got);
    co_return error_code();
  }

  task<error_code> read_head(exchanged& out, response_head& head) {
    for (;;) {
      const head_parse parsed = parse_response_head(pending_, limits_.head, head);
      if (parsed.state == head_parse::state::bad)
        co_return parsed.error == head_error::too_large ? errc::too_large : errc::malformed;
      if (parsed.state == head_parse::state::need_more) {
        if (auto error = co_await more(&out)) co_return error;
        continue;
      }
      if (head.status >= 200 || head.status == 101) {
        head_size_ = parsed.size;
        co_return error_code();
      }
      pending_.erase(0, parsed.size);  // an informational answer
    }
  }

  task<error_code> read_length(std::string& body, std::uint64_t length) {
    if (length > limits_.body) co_return errc::too_large;
    while (pending_.size() < length) {
      if (auto error = co_await more()) co_return error;
    }
    body.assign(pending_, 0, length);
    pending_.erase(0, length);
    co_return error_code();
  }

  task<error_code> read_chunked(std::string& body) {
    chunked_scanner scanner;
    for (;;) {
      while (!pending_.empty()) {
        const auto step = scanner.next(pending_);
        if (step.bad) co_return errc::malformed;
        if (body.size() + step.payload.size() > limits_.body) co_return errc::too_large;
        body.append(step.payload);
        pending_.erase(0, step.consumed);
        if (step.done) co_return error_code();
      }
      if (auto error = co_await more()) co_return error;
    }
  }

  task<error_code> read_to_end(std::string& body) {
    for (;;) {
      if (pending_.size() > limits_.body) co_return errc::too_large;
      auto error = co_await more();
      if (!error) continue;
      body = std::move(pending_);
      pending_.clear();
      co_return error == errc::closed ? error_code() : error;
    }
  }

  byte_stream& stream_;
  exchange_limits limits_;
  bool head_request_;
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
  answer_reader reader(stream, limits, request.method == "HEAD");
  out.error = co_await reader.read(out);
  if (!sent && out.error) out.error = sent.error();
  if (!sent) out.answer.reusable = false;
  out.answer.times.done = now();
  co_return out;
}

}  // namespace core
