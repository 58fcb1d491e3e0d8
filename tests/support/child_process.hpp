#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tests {

/// A child process; stopped by its id, never by its name.
class child_process {
 public:
  child_process() = default;
  /// Runs `command`, with `log` for its output. Throws std::runtime_error when it cannot be run.
  child_process(const std::vector<std::string>& command, const std::filesystem::path& log);
  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&& other) noexcept;
  ~child_process();

  /// Sends a signal; SIGKILL and SIGTERM are to be followed by `wait`.
  void signal(int number) const;
  /// Waits for its end; gives the exit code, or 128 and the number of the signal.
  int wait();
  bool running() const noexcept { return pid_ > 0; }
  /// Whether it has not ended by itself.
  bool alive() const;

 private:
  pid_t pid_ = -1;
};

}  // namespace tests
