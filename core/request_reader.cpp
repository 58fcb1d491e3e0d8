#include "core/request_reader.hpp"

#include <algorithm>

#include "core/byte_stream.hpp"
#include "core/chunked.hpp"
#include "core/problem_details.hpp"
#include "core/worker.hpp"

namespace core {

task<received> request_reader::read() {
  if (input_.empty()) {
    idle_ = true;
    stream_.expires(deadline::in(limits_.idle_time, now()));
    const bool begun = co_await wait_for_first();
    if (!begun) co_return received::end;
  }
  idle_ = false;
  stream_.expires(deadline::in(limits_.head_time, now()));
  const received head = co_await read_head();
  if (head != received::request) co_return head;
  co_return co_await read_body();
}

// Waiting by reading saves a system call and a turn of the loop a request; TLS would have its
// record decrypted before there is a buffer for it.
task<bool> request_reader::wait_for_first() {
  if (stream_.is_secure()) {
    const auto readable = co_await stream_.wait_readable();
    co_return readable.has_value();
  }
  const auto got = co_await stream_.read_some(first_);
  if (!got) co_return false;
  input_.assign(first_.data(), *got);
  co_return true;
}

void request_reader::finish() {
  input_.erase(0, used_);
  used_ = 0;
  if (input_.empty()) input_ = std::string();
  body_ = std::string();
  share_.release();
}

received request_reader::refuse(int status, std::string_view detail) {
  refusal_ = limits_.refusal ? limits_.refusal(status, detail, has_head_ ? &head_ : nullptr)
                             : problem_response(status, detail);
  return received::bad;
}

received request_reader::refuse_too_large() {
  return refuse(413, "The request body is larger than " + std::to_string(limits_.body) + " bytes.");
}

received request_reader::refuse_crowded() {
  return refuse(503, "Too many requests with bodies are being received.");
}

bool request_reader::reserve(std::size_t bytes) {
  return !limits_.bodies || share_.grow(limits_.bodies, bytes);
}

task<bool> request_reader::more() {
  auto lease = worker_.buffers.lend();
  auto got = co_await stream_.read_some(lease.bytes());
  if (!got) co_return false;
  input_.append(lease.data(), *got);
  co_return true;
}

task<received> request_reader::read_head() {
  has_head_ = false;
  for (;;) {
    const head_parse parsed = parse_request_head(input_, limits_.head, head_);
    if (parsed.state == head_parse::state::complete) {
      head_size_ = parsed.size;
      has_head_ = true;
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

task<received> request_reader::read_body() {
  body_.clear();
  used_ = head_size_;
  frame_ = frame_request(head_);
  if (frame_.kind == body_kind::refuse)
    co_return refuse(400, std::string("The request's framing is not acceptable: ") +
                              to_label(frame_.error) + ".");
  if (frame_.kind == body_kind::length && frame_.length > limits_.body)
    co_return refuse_too_large();
  if (frame_.kind == body_kind::length && !reserve(frame_.length)) co_return refuse_crowded();
  if (frame_.kind == body_kind::length || frame_.kind == body_kind::chunked) {
    const auto expect = head_.fields.find("expect");
    if (expect && iequals(*expect, "100-continue")) {
      const auto told = co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n");
      if (!told) co_return received::end;
    }
  }
  if (frame_.kind == body_kind::length) co_return co_await read_length();
  if (frame_.kind == body_kind::chunked) co_return co_await read_chunked();
  co_return received::request;
}

// `input_` may grow, and so move, while a body is read: its views are made anew.
void request_reader::parse_again() {
  parse_request_head(input_, limits_.head, head_);
}

task<received> request_reader::read_length() {
  body_.assign(input_, head_size_, frame_.length);
  used_ = head_size_ + body_.size();
  while (body_.size() < frame_.length) {
    const bool got = co_await more_body(frame_.length);
    if (!got) co_return received::end;
  }
  co_return received::request;
}

// Straight into the body, which grows as it comes: what a client announces costs no memory yet.
task<bool> request_reader::more_body(std::size_t length) {
  constexpr std::size_t piece = 64 * 1024;
  const std::size_t have = body_.size();
  if (body_.capacity() == have || body_.capacity() < std::min(length, piece))
    body_.reserve(std::min(length, std::max(piece, 2 * have)));
  body_.resize(std::min({length, body_.capacity(), have + piece}));
  const auto got = co_await stream_.read_some({body_.data() + have, body_.size() - have});
  body_.resize(got ? have + *got : have);
  co_return got.has_value();
}

task<received> request_reader::read_chunked() {
  chunked_scanner scanner;
  for (;;) {
    while (used_ < input_.size()) {
      const auto step = scanner.next(std::string_view(input_).substr(used_));
      if (step.bad) {
        parse_again();
        co_return refuse(400, "The chunked body is malformed.");
      }
      body_.append(step.payload);
      used_ += step.consumed;
      if (body_.size() > limits_.body) {
        parse_again();
        co_return refuse_too_large();
      }
      if (!reserve(step.payload.size())) {
        parse_again();
        co_return refuse_crowded();
      }
      if (step.done) {
        parse_again();
        co_return received::request;
      }
    }
    const bool got = co_await more();
    if (!got) co_return received::end;
  }
}

}  // namespace core
