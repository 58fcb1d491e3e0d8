#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "api/config.hpp"
#include "api/waiter.hpp"
#include "core/byte_stream.hpp"
#include "core/redis_codec.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace core {
class tls_context;
}

namespace api {

/// One connection to Redis that many coroutines share: commands are written as they come, without
/// waiting for earlier replies (pipelining), and replies belong to them in their order. Connects
/// and authenticates when first used, and again after a failure, at most every 100 ms; in between,
/// commands fail at once. A command that may have been sent is never repeated here: after an error
/// its effect is unknown. Belongs to one worker.
///
/// A caller whose deadline passes goes on with `errc::timed_out`; when the deadlines of all who
/// wait have passed, the connection is given up. Lives as long as its worker's loop runs.
class redis_connection {
 public:
  /// Throws std::runtime_error when a file of `config.tls` is wrong.
  redis_connection(core::worker& w, redis_config config);
  ~redis_connection();
  redis_connection(const redis_connection&) = delete;
  redis_connection& operator=(const redis_connection&) = delete;

  /// Sends one command and gives its reply; an error reply is a reply.
  core::task<core::result<core::redis_reply>> run(core::redis_command command,
                                                  core::deadline until);
  /// Sends commands back to back and gives all replies.
  core::task<core::result<std::vector<core::redis_reply>>> run(
      std::vector<core::redis_command> commands, core::deadline until);
  /// The same for `count` commands that are encoded already (`core::append_command`); `encoded`
  /// outlives the await.
  core::task<core::result<std::vector<core::redis_reply>>> run_encoded(std::string_view encoded,
                                                                       std::size_t count,
                                                                       core::deadline until);

  /// Fails everything that waits and closes the connection; it may be used again.
  void close() noexcept;
  bool connected() const noexcept;
  /// Counts the connections made so far; another number means that another server may answer.
  std::uint64_t number() const noexcept { return number_; }

 private:
  struct request;
  struct session;
  core::task<core::result<>> connect(core::deadline until);
  core::task<core::result<>> dial_and_greet(core::deadline until);
  core::task<core::result<>> authenticate(std::shared_ptr<session> s, core::deadline until);
  core::task<> flush(std::shared_ptr<session> s);
  core::task<> read_loop(std::shared_ptr<session> s);
  core::result<> take_replies(session& s);
  void end(session& s, core::error_code why) noexcept;

  core::worker& worker_;
  redis_config config_;
  std::shared_ptr<const core::tls_context> tls_;  // null: plain
  std::shared_ptr<session> session_;              // null while not connected
  std::deque<waiter*> connecting_;                // who waits for the dial of somebody else
  std::uint64_t number_ = 0;
  bool dialling_ = false;
  core::instant next_dial_{};
  core::error_code last_error_;
};

}  // namespace api
