#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "probe/engine/duration_sketch.hpp"

/// What is shown of a run while it goes on.
namespace probe {

struct progress {
  core::duration elapsed{};
  std::optional<core::duration> planned;  ///< how long it takes, when that is known
  double share = 0;                       ///< of it that is done, 0 to 1
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t missed = 0;
  std::uint64_t running = 0;
  double rate = 0;  ///< runs ended a second, lately
  duration_sketch took;
  std::string so_far;        ///< the verdict if it ended now: `pass`, `fail`, …
  std::string last_failure;  ///< `read broke at app, status (trace …)`; "" for none
};

/// A screen line or two of it, none wider than `width` columns; with `colour` as ANSI escapes. The
/// second is that of the last failure, and left out when there is none. Pure.
std::vector<std::string> progress_lines(const progress& p, std::size_t width, bool colour);

/// One plain line, for logs of CI.
std::string progress_text(const progress& p);

/// How a descriptor can be written to.
struct terminal {
  bool redraws = false;  ///< a terminal that moves its cursor: tty, and TERM is not `dumb`
  bool colour = false;   ///< it redraws, and NO_COLOR is not set (https://no-color.org)
  std::size_t width = 80;
};
terminal terminal_of(int fd);

/// Draws the lines over and over at the same place. Writes whole frames, so that none is seen half.
class progress_display {
 public:
  explicit progress_display(int fd) : fd_(fd), terminal_(terminal_of(fd)) {}

  bool redraws() const noexcept { return terminal_.redraws; }
  /// Shows the present state: in place, or as another plain line.
  void show(const progress& p);
  /// Takes what was drawn away, for what is printed next; plain lines stay.
  void clear();

 private:
  void write(const std::string& text) const;
  std::string rewind() const;

  int fd_;
  terminal terminal_;
  std::size_t drawn_ = 0;  // lines
};

}  // namespace probe
