#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace probe {

/// The folder of bundles, `ID.json` each. Writing and removing happen on a thread of its own, in
/// the order they were asked for, so that a slow disk is never part of what the probe measures.
class bundle_files {
 public:
  /// Makes the folder if there is none; throws std::runtime_error naming it when that fails.
  explicit bundle_files(std::string folder);
  ~bundle_files();  ///< writes what is queued
  bundle_files(const bundle_files&) = delete;
  bundle_files& operator=(const bundle_files&) = delete;

  /// False when too much is waiting already: it will not be written.
  bool write(const std::string& id, std::shared_ptr<const std::string> text);
  void remove(const std::string& id);
  /// The text of one, also of one that is still to be written; nullopt when it is gone.
  std::optional<std::string> read(const std::string& id) const;
  /// Ids of the files that are there, oldest name first.
  std::vector<std::string> ids() const;

  /// Files that could not be written.
  std::uint64_t failed() const noexcept { return failed_.load(std::memory_order_relaxed); }

 private:
  struct order {
    std::string id;
    std::shared_ptr<const std::string> text;  // null: remove
  };
  void work();
  void carry_out(const order& what);
  std::string path_of(const std::string& id) const;

  std::string folder_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<order> orders_;  // the first is being carried out
  bool ends_ = false;
  std::atomic<std::uint64_t> failed_{0};
  std::thread thread_;
};

}  // namespace probe
