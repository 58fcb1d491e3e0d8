#pragma once

#include <functional>

#include "core/byte_stream.hpp"
#include "core/config_types.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace tests {

/// A server whose connections are coroutines of the test: for what no HTTP server would do.
class raw_server {
 public:
  using play = std::function<core::task<>(core::byte_stream&)>;

  raw_server(core::worker& w, play each);
  core::address where() const;

 private:
  core::task<> accept_loop();
  core::task<> serve(core::tcp_socket socket);

  core::worker& worker_;
  play each_;
  core::tcp_acceptor acceptor_;
};

/// Reads until what has come ends with `end`; what came so far when the connection ends before.
core::task<std::string> read_until(core::byte_stream& from, std::string end);
/// Reads exactly so many bytes, or to the end of the connection.
core::task<std::string> read_exactly(core::byte_stream& from, std::size_t size);
/// Reads to the end of the connection.
core::task<std::string> read_all(core::byte_stream& from);

}  // namespace tests
