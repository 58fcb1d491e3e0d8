#include <algorithm>
#include <array>
#include <vector>

#include "core/trace_context.hpp"
#include "core/trim.hpp"

namespace core {
namespace {

constexpr std::size_t most_members = 32;
constexpr std::size_t most_characters = 512;  // what has to be forwarded (3.3.1.5)
constexpr std::size_t large_member = 128;     // such members go first

bool is_key_start(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_key(std::string_view key) noexcept {
  if (key.empty() || key.size() > 256 || !is_key_start(key.front())) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return is_key_start(c) || c == '_' || c == '*' || c == '/' || c == '@' || c == '-';
  });
}

bool is_value(std::string_view value) noexcept {
  if (value.empty() || value.size() > 256 || value.back() == ' ') return false;
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= 0x20 && c < 0x7f && c != ',' && c != '='; });
}

std::string_view key_of(std::string_view member) noexcept {
  return member.substr(0, member.find('='));
}

bool is_member(std::string_view member) noexcept {
  const auto equals = member.find('=');
  return equals != member.npos && is_key(member.substr(0, equals)) &&
         is_value(member.substr(equals + 1));
}

/// Takes the first member off a list; empty members are empty results.
std::string_view take_member(std::string_view& list) noexcept {
  const auto comma = list.find(',');
  const auto member = list.substr(0, comma);
  list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  return member;
}

void join(std::string& list, std::string_view member) {
  if (!list.empty()) list += ',';
  list += member;
}

std::size_t count_members(std::string_view list) noexcept {
  if (list.empty()) return 0;
  return 1 + static_cast<std::size_t>(std::count(list.begin(), list.end(), ','));
}

}  // namespace

trace_state trace_state::parse(std::string_view line) {
  trace_state state;
  state.append_line(line);
  return state;
}

void trace_state::append_line(std::string_view line) {
  std::size_t members = count_members(text_);
  while (!line.empty() && !invalid_) {
    const auto member = trim(take_member(line));
    if (member.empty()) continue;
    invalid_ = !is_member(member) || ++members > most_members;
    join(text_, member);
  }
  if (invalid_) text_.clear();
}

std::optional<std::string_view> trace_state::get(std::string_view key) const noexcept {
  std::string_view left = text_;
  while (!left.empty()) {
    const auto member = take_member(left);
    if (key_of(member) == key) return member.substr(key.size() + 1);
  }
  return std::nullopt;
}

void trace_state::erase(std::string_view key) {
  if (!get(key)) return;
  std::string kept;
  std::string_view left = text_;
  while (!left.empty()) {
    const auto member = take_member(left);
    if (key_of(member) != key) join(kept, member);
  }
  text_ = std::move(kept);
}

void trace_state::set(std::string_view key, std::string_view value) {
  if (!is_key(key) || !is_value(value)) return;
  std::string changed;
  changed.reserve(key.size() + 1 + value.size() + 1 + text_.size());
  changed.append(key).append(1, '=').append(value);
  std::string_view left = text_;
  for (std::size_t members = 1; !left.empty() && members < most_members;) {
    const auto member = take_member(left);
    if (key_of(member) == key) continue;
    join(changed, member);
    ++members;
  }
  text_ = std::move(changed);
}

std::string trace_state::to_string() const {
  if (text_.size() <= most_characters) return text_;
  std::vector<std::string_view> members;
  for (std::string_view left = text_; !left.empty();) members.push_back(take_member(left));

  // Large members first, then any, each time from the end: the front was written last.
  std::size_t size = text_.size();
  for (const std::size_t larger_than : {large_member, std::size_t{0}}) {
    for (auto i = members.size(); i-- > 0 && size > most_characters;) {
      if (members[i].size() <= larger_than) continue;
      size -= members[i].size() + 1;
      members[i] = {};
    }
  }
  std::string cut;
  for (const auto member : members) {
    if (!member.empty()) join(cut, member);
  }
  return cut;
}

}  // namespace core
