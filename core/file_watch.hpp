#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace core {

class worker;

/// Tells when files have changed: written in place, replaced by renaming, or swapped with the
/// symbolic link of a mounted volume (Kubernetes). Watches their directories by inotify, and looks
/// at the files now and then besides, for file systems and directories that give no events. A
/// change is told once writing has paused for the settle time, with the paths that differ from what
/// was there before; that a file is gone is a change too. Lives on its worker's thread; the
/// destructor ends the watch.
class file_watch {
 public:
  /// Told the files that changed, as they were named.
  using handler = std::function<void(const std::vector<std::string>& changed)>;

  struct times {
    duration settle = std::chrono::milliseconds(100);  ///< quiet before a change is told,
    duration longest = std::chrono::seconds(1);        ///< or after this long of restlessness
    duration look = std::chrono::seconds(10);          ///< without events; every second at most
  };

  /// What the files are now is what later looks are compared with. Never throws for files that are
  /// not there.
  file_watch(worker& w, std::vector<std::string> files, handler changed);
  file_watch(worker& w, std::vector<std::string> files, handler changed, times t);
  ~file_watch();
  file_watch(const file_watch&) = delete;
  file_watch& operator=(const file_watch&) = delete;

 private:
  class state;
  std::shared_ptr<state> state_;
};

}  // namespace core
