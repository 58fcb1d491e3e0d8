#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string_view>

#include "core/byte_stream.hpp"
#include "core/log.hpp"
#include "core/worker.hpp"
#include "tests/fuzz/fuzzing.hpp"

namespace fuzz {

/// A stream whose other end sends one text, in two pieces, and closes. Everything happens on the
/// thread that runs the target, in the order in which it is written down here.
class wire {
 public:
  wire() {
    int ends[2];
    require(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    core::tcp_socket socket(worker().io.get_executor());
    socket.assign(core::asio::ip::tcp::v4(), ends[0]);
    stream_ = std::make_unique<core::byte_stream>(worker(), std::move(socket));
    peer_ = ends[1];
  }
  ~wire() {
    stream_.reset();
    ::close(peer_);
  }
  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;

  static core::worker& worker() {
    static core::logger log("fuzz", core::log_level::error);
    static core::worker one(log);
    return one;
  }
  core::byte_stream& stream() noexcept { return *stream_; }

  /// Runs `reader` (which sets `done` at its end) while the peer sends `bytes`, cut at `at`. A
  /// reader that waits for more than the end of the stream hangs: that does not hold.
  void feed(core::task<> reader, const bool& done, std::string_view bytes, std::size_t at) {
    worker().start("reader", std::move(reader));
    turn();
    send(bytes.substr(0, at));
    turn();
    send(bytes.substr(at));
    ::shutdown(peer_, SHUT_WR);
    int turns = 0;
    while (!done && ++turns < 1000) turn();
    require(done);
  }

 private:
  static void turn() {
    worker().io.restart();
    worker().io.poll();
  }
  /// Small enough for the socket to take at once; a reader that has closed takes nothing.
  void send(std::string_view bytes) {
    if (!bytes.empty()) (void)!::send(peer_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  std::unique_ptr<core::byte_stream> stream_;
  int peer_ = -1;
};

}  // namespace fuzz
