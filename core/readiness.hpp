#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <string>

namespace core {

class exposition_writer;

/// Whether a program should get traffic: every condition holds, and it is not draining. Conditions
/// are handed to components; nothing else decides. Thread-safe.
class readiness {
 public:
  /// One thing that must hold. Starts unmet; becomes met with the first success, and unmet again
  /// only after `tolerance` failures in a row (hysteresis).
  class condition {
   public:
    condition(std::string name, int tolerance) : name_(std::move(name)), tolerance_(tolerance) {}
    void report(bool ok) noexcept;
    bool met() const noexcept { return met_.load(std::memory_order_relaxed); }
    const std::string& name() const noexcept { return name_; }

   private:
    std::string name_;
    int tolerance_;
    std::atomic<int> failures_{0};
    std::atomic<bool> met_{false};
  };

  /// The condition lives as long as the readiness.
  condition& add(std::string name, int tolerance = 3);
  /// From now on not ready, whatever the conditions say.
  void start_draining() noexcept { draining_.store(true, std::memory_order_relaxed); }
  bool draining() const noexcept { return draining_.load(std::memory_order_relaxed); }
  bool ready() const;
  /// `{"ready":…,"conditions":{name:bool…}}`
  std::string to_json() const;

 private:
  mutable std::mutex mutex_;
  std::deque<condition> conditions_;
  std::atomic<bool> draining_{false};
};

}  // namespace core
