#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "core/clock.hpp"

namespace api {

/// The messages that a consumer has been given and has not settled: by which handle each is deleted
/// and until when SQS hides it from others. Half of that time after it was hidden it is due to be
/// hidden for longer. Pure.
class sqs_in_hand {
 public:
  explicit sqs_in_hand(core::duration visibility) : visibility_(visibility) {}

  /// Notes a message that was given at `now`. False when it was in hand already (SQS gives some
  /// twice): then only its handle is replaced, since the newest one counts.
  bool take(const std::string& message_id, std::string handle, core::instant now);
  /// Forgets messages and gives their handles; those that are not in hand have none.
  std::vector<std::string> give_back(const std::vector<std::string>& message_ids);
  /// Forgets all and gives their handles.
  std::vector<std::string> give_back_all();

  /// Handles of the messages that are due at `now`.
  std::vector<std::string> due(core::instant now) const;
  /// When the next one is due; `instant::max()` when nothing will be.
  core::instant next_due() const;
  /// These were hidden again at `now` …
  void hidden(const std::vector<std::string>& handles, core::instant now);
  /// … and these cannot be: somebody else may be given them. They stay in hand until they are given
  /// back, since they are being stored.
  void lost(const std::vector<std::string>& handles);

  bool empty() const noexcept { return held_.empty(); }
  std::size_t size() const noexcept { return held_.size(); }

 private:
  struct held {
    std::string handle;
    core::instant due;
  };
  void set_due(const std::vector<std::string>& handles, core::instant due);

  core::duration visibility_;
  std::unordered_map<std::string, held> held_;  // by message id
};

}  // namespace api
