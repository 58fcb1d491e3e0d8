#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config_types.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace tests {

/// A server that plays a script: the n-th connection gets the n-th act (the last act repeats). It
/// keeps every byte it was sent. For answers that no well-behaved server would give.
class scripted_server {
 public:
  struct act {
    std::string answer{};        ///< sent after a whole request head was read
    bool close_at_once = false;  ///< closes on accept, before reading
    bool close_after = true;     ///< closes after the answer; else waits for the next request
    bool reset = false;          ///< closes with RST
    std::size_t answers = 1;     ///< requests answered before `close_after` counts
    bool never = false;          ///< reads and says nothing
  };

  scripted_server(core::worker& w, std::vector<act> script);
  core::address where() const;
  const std::string& received() const { return received_; }
  int connections() const { return connections_; }

 private:
  core::task<> accept_loop();
  core::task<> play(core::tcp_socket socket, act what);

  core::worker& worker_;
  std::vector<act> script_;
  core::tcp_acceptor acceptor_;
  std::string received_;
  int connections_ = 0;
};

}  // namespace tests
