#pragma once

#include <array>
#include <memory>
#include <optional>

#include "core/byte_stream.hpp"
#include "core/framing.hpp"
#include "core/task.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/workspace.hpp"

namespace sidecar {

class listener;
struct generation;
struct connection;
struct reply;

/// One client connection. The path of a request, top to bottom, is `serve_request`: read its head,
/// frame it, ask the layers, forward, answer, tell the layers. Holds a workspace only while a
/// request is in flight; while it waits for one, a plain connection has a small buffer for its
/// first bytes.
class session {
 public:
  session(listener& owner, core::tcp_socket socket);

  /// Serves requests until the connection ends.
  core::task<> run();
  /// Closes a connection that waits for a request, unless one has just arrived.
  void close_if_idle() noexcept;
  void close() noexcept { client_.close(); }

 private:
  enum class head_state { complete, refused, ended };

  core::task<bool> wait_for_request();
  core::task<head_state> read_request_head();
  core::task<bool> serve_request();
  core::task<bool> refuse(int status, const char* reason);

  void open_record();
  core::task<failure> forward(connection& to);
  core::task<failure> exchange_over(connection& to);
  core::task<failure> send_request(core::byte_stream& to);
  core::task<failure> read_response_head(core::byte_stream& from);
  core::task<bool> answer_from(connection& from);
  core::task<bool> answer_locally(int status, failure why, std::string_view detail);
  bool may_repeat() const noexcept;

  listener& owner_;
  std::shared_ptr<generation> by_;  // what the request in flight is served by; null while idle
  core::byte_stream client_;
  std::array<char, 1024> first_;
  workspace_pool::lease work_;
  core::framing request_frame_;
  core::framing response_frame_;
  std::string client_address_;
  core::instant arrived_{};      // the first bytes of the head
  bool head_in_pieces_ = false;  // it took more than one read
  bool idle_ = true;
  bool request_read_ = false;  // the whole request was taken off the client's stream
  bool answered_any_ = false;  // a byte of the upstream's answer came
};

}  // namespace sidecar
