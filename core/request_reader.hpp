#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/framing.hpp"
#include "core/http_head.hpp"
#include "core/http_server.hpp"
#include "core/task.hpp"

namespace core {

class byte_stream;
class worker;

/// What came of waiting for a request.
enum class received {
  request,  ///< a whole request is there
  end,      ///< the connection ended, or a time limit closed it
  bad,      ///< it is to be answered with `refusal` and closed
};

/// Reads requests off one connection of an `http_server`, one at a time and whole; bytes of the
/// next one are kept. Holds no buffer of the pool while the connection is idle: the first bytes of
/// a plain connection's request go into a small one of its own. `w`, `stream` and `limits` outlive
/// it.
class request_reader {
 public:
  request_reader(worker& w, byte_stream& stream, const http_server_limits& limits)
      : worker_(w), stream_(stream), limits_(limits) {}

  task<received> read();
  /// Forgets the request that was read.
  void finish();

  // Of the request that was read; views until `finish`.
  const request_head& head() const noexcept { return head_; }
  std::string_view body() const noexcept { return body_; }
  std::string& buffer() noexcept { return body_; }
  bool keep_alive() const noexcept { return frame_.keep_alive; }
  server_response& refusal() noexcept { return refusal_; }

  /// Waiting for the first byte of a request.
  bool idle() const noexcept { return idle_; }

 private:
  task<bool> wait_for_first();
  task<received> read_head();
  task<received> read_body();
  task<received> read_length();
  task<received> read_chunked();
  task<bool> more();
  task<bool> more_body(std::size_t length);
  bool reserve(std::size_t bytes);
  received refuse(int status, std::string_view detail);
  received refuse_too_large();
  received refuse_crowded();
  void parse_again();

  worker& worker_;
  byte_stream& stream_;
  const http_server_limits& limits_;
  std::string input_;  // bytes read and not used yet
  std::array<char, 1024> first_;
  std::string body_;
  byte_budget::share share_;  // of limits_.bodies
  request_head head_;         // views into input_
  bool has_head_ = false;
  framing frame_;
  std::size_t head_size_ = 0;
  std::size_t used_ = 0;  // of input_, by this request
  server_response refusal_;
  bool idle_ = true;
};

}  // namespace core
