#include "api/aws/sqs_in_hand.hpp"

#include <algorithm>
#include <unordered_set>

namespace api {

bool sqs_in_hand::take(const std::string& message_id, std::string handle, core::instant now) {
  const auto [at, fresh] = held_.try_emplace(message_id);
  at->second = {std::move(handle), now + visibility_ / 2};
  return fresh;
}

std::vector<std::string> sqs_in_hand::give_back(const std::vector<std::string>& message_ids) {
  std::vector<std::string> handles;
  for (const auto& id : message_ids) {
    auto found = held_.extract(id);
    if (found) handles.push_back(std::move(found.mapped().handle));
  }
  return handles;
}

std::vector<std::string> sqs_in_hand::give_back_all() {
  std::vector<std::string> handles;
  for (auto& [id, message] : held_) handles.push_back(std::move(message.handle));
  held_.clear();
  return handles;
}

std::vector<std::string> sqs_in_hand::due(core::instant now) const {
  std::vector<std::string> handles;
  for (const auto& [id, message] : held_)
    if (message.due <= now) handles.push_back(message.handle);
  return handles;
}

core::instant sqs_in_hand::next_due() const {
  core::instant next = core::instant::max();
  for (const auto& [id, message] : held_) next = std::min(next, message.due);
  return next;
}

void sqs_in_hand::hidden(const std::vector<std::string>& handles, core::instant now) {
  set_due(handles, now + visibility_ / 2);
}

void sqs_in_hand::lost(const std::vector<std::string>& handles) {
  set_due(handles, core::instant::max());
}

void sqs_in_hand::set_due(const std::vector<std::string>& handles, core::instant due) {
  const std::unordered_set<std::string_view> these(handles.begin(), handles.end());
  for (auto& [id, message] : held_)
    if (these.contains(message.handle)) message.due = due;
}

}  // namespace api
