#include "core/request_reader.hpp"

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
}

received request_reader::refuse(int status, std::string_view detail) {
  refusal_ = problem_response(status, detail);
  return received::bad;
}

task<bool> request_reader::more() {
  auto lease = worker_.buffers.lend();
  auto got = co_await stream_.read_some(lease.bytes());
  if (!got) co_return false;
  input_.append(lease.data(), *got);
  co_return true;
}

task<received> request_reader::read_head() {
  for (;;) {
    const head_parse parsed = parse_request_head(input_, limits_.head, head_);
    if (parsed.state == head_parse::state::complete) {
      head_size_ = parsed.size;
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
    co_return refuse(413,
                     "The request body is larger than " + std::to_string(limits_.body) + " bytes.");
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
  while (input_.size() - head_size_ < frame_.length) {
    const bool got = co_await more();
    if (!got) co_return received::end;
  }
  parse_again();
  body_.assign(input_, head_size_, frame_.length);
  used_ = head_size_ + frame_.length;
  co_return received::request;
}

task<received> request_reader::read_chunked() {
  chunked_scanner scanner;
  for (;;) {
    while (used_ < input_.size()) {
      const auto step = scanner.next(std::string_view(input_).substr(used_));
      if (step.bad) co_return refuse(400, "The chunked body is malformed.");
      body_.append(step.payload);
      used_ += step.consumed;
      if (body_.size() > limits_.body)
        co_return refuse(
            413, "The request body is larger than " + std::to_string(limits_.body) + " bytes.");
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
