#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/buffer_pool.hpp"
#include "core/byte_stream.hpp"
#include "core/framing.hpp"
#include "core/task.hpp"
#include "sidecar/proxy/body_relay.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/read_window.hpp"
#include "sidecar/proxy/upstream.hpp"
#include "sidecar/proxy/workspace.hpp"

namespace sidecar {

class listener;
struct generation;
struct listener_settings;
struct reply;

/// One client connection. The path of a request, top to bottom, is `run`: its head, the layers, the
/// upstream, the answer, the layers again.
///
/// Steps that nearly always succeed at once (`…_at_once`, `take_…`) are plain functions that say
/// when they would have to wait; only then a coroutine is made for them. So the usual request costs
/// neither a coroutine frame nor an allocation. An idle connection holds no buffer: everything is
/// lent once bytes are there.
class session {
 public:
  session(listener& owner, core::tcp_socket socket);
  ~session();

  /// Serves requests until the connection ends.
  core::task<> run();
  /// Closes a connection that waits for a request, unless one has just arrived, or the connection
  /// is so new that its first is probably on its way: its client would not try again.
  void close_if_idle(core::instant now) noexcept;
  /// Ends the connection, with the request that is in flight.
  void cut_off() noexcept;

 private:
  // session.cpp: the connection, and the heads of its requests
  enum class head_state { incomplete, complete, refused, ended };
  core::task<bool> greet();
  head_state take_request_head();
  head_state accept_head(const listener_settings& settings);
  bool make_room() noexcept;
  std::span<char> lend_out();
  head_state refuse(int status, const char* reason);
  core::task<> tell_refusal();
  void open_record();
  std::optional<reply> begin_request();
  void end_request();

  // session_forwarding.cpp: to the upstream, and the head of its answer
  enum class upstream_state { waiting, informed, answered, failed };
  std::optional<failure> send_at_once();
  core::task<failure> send();
  void take_pooled();
  core::task<failure> connect();
  bool write_head();
  bool may_repeat() const noexcept;
  bool repeat_is_due(failure why);
  core::task<> upload();
  core::task<> stop_upload();
  upstream_state take_response_head();
  upstream_state failed(failure why) noexcept;
  bool take_informational();

  // session_answering.cpp: to the client
  core::task<bool> answer();
  std::optional<bool> answer_at_once();
  core::task<bool> answer_locally(int status, failure why, std::string_view detail);
  core::task<> serve_tunnel();
  bool keeps_connection() const noexcept;
  bool finish_answer(relay_end end);

  listener& owner_;
  std::shared_ptr<generation> by_;  // what the request in flight is served by; null while idle
  core::byte_stream client_;
  std::string client_address_;
  std::shared_ptr<workspace_pool> workspaces_;
  workspace_pool::lease work_;      // null while idle
  core::buffer_pool::lease large_;  // memory of `in_` where the workspace's is too small
  read_window in_;                  // what came from the client
  core::instant arrived_{};         // the first bytes of the head; zero before
  core::instant new_until_{};       // zero once there was a request
  core::framing request_frame_, response_frame_;
  bool in_request_ = false;
  bool cut_off_ = false;
  bool head_in_pieces_ = false;  // it took more than one read
  bool wants_upgrade_ = false;
  bool request_read_ = false;  // the whole request was taken off the client's stream

  // One try at the upstream.
  std::unique_ptr<core::byte_stream> upstream_;
  lane_ptr lane_;              // its target, which is in use by us
  bool reused_ = false;        // it came from the pool
  bool answered_any_ = false;  // a byte of the answer came
  failure why_ = failure::none;
  core::buffer_pool::lease out_memory_;  // of a head that we write, until it is sent
  std::string_view unsent_;              // of it
  core::buffer_pool::lease from_memory_;
  read_window from_;   // what came from the upstream
  std::string aside_;  // for the client, and no answer: a 1xx head, or a refusal

  // The answer on its way.
  relay_job body_;
  std::string_view here_;  // of the body, what leaves together with the head
  bool keep_ = false;      // the connection goes on afterwards
  bool dechunk_ = false;

  // The body of a request that did not come with its head, on its way beside everything else.
  struct upload_state;
  std::unique_ptr<upload_state> upload_;
};

}  // namespace sidecar
