#include "probe/verdict/server_timing.hpp"

#include <algorithm>
#include <charconv>

#include "core/token.hpp"

namespace probe {
namespace {

constexpr std::size_t most_members = 64;
constexpr std::size_t most_parameters = 16;

/// Tokens, and what those of structured fields may have besides.
bool is_name_char(char c) noexcept {
  return core::is_token_char(c) || c == ':' || c == '/';
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Reads a header value from left to right.
class reader {
 public:
  explicit reader(std::string_view text) : rest_(text) {}

  bool done() const noexcept { return rest_.empty(); }
  void skip_blanks() noexcept {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  bool take(char c) noexcept {
    skip_blanks();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string token() {
    skip_blanks();
    std::size_t size = 0;
    while (size < rest_.size() && is_name_char(rest_[size])) ++size;
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return out;
  }
  /// A token or a quoted string; an unterminated string ends with the value.
  std::string item() {
    if (!take('"')) return token();
    std::string out;
    while (!rest_.empty()) {
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') break;
      if (c == '\\' && !rest_.empty()) {
        c = rest_[0];
        rest_.remove_prefix(1);
      }
      out.push_back(c);
    }
    return out;
  }
  /// Goes behind the next `,` outside of quotes, or to the end.
  void next_member() {
    bool quoted = false;
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (quoted && c == '\\' && !rest_.empty()) rest_.remove_prefix(1);
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) return;
    }
  }

 private:
  std::string_view rest_;
};

void read_parameters(reader& from, list_member& into) {
  while (from.take(';')) {
    std::string key = from.token();
    for (char& c : key) c = lower(c);
    std::string value = from.take('=') ? from.item() : std::string();
    if (!key.empty() && into.parameters.size() < most_parameters)
      into.parameters.emplace_back(std::move(key), std::move(value));
  }
}

std::optional<core::duration> milliseconds(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // An hour is beyond any answer; more would only overflow what is computed from it.
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 3.6e6))
    return std::nullopt;
  return std::chrono::duration_cast<core::duration>(
      std::chrono::duration<double, std::milli>(value));
}

}  // namespace

const std::string* list_member::find(std::string_view key) const noexcept {
  for (const auto& [name, value] : parameters)
    if (name == key) return &value;
  return nullptr;
}

std::vector<list_member> parse_member_list(std::string_view value) {
  std::vector<list_member> out;
  reader from(value);
  while (!from.done() && out.size() < most_members) {
    list_member member;
    member.name = from.item();
    read_parameters(from, member);
    if (!member.name.empty()) out.push_back(std::move(member));
    from.next_member();
  }
  return out;
}

server_timing server_timing::parse(std::string_view value) {
  server_timing out;
  for (auto& member : parse_member_list(value)) {
    server_time entry{std::move(member.name), std::nullopt, {}};
    if (const auto* took = member.find("dur")) entry.took = milliseconds(*took);
    if (const auto* text = member.find("desc")) entry.description = *text;
    out.entries_.push_back(std::move(entry));
  }
  return out;
}

const server_time* server_timing::find(std::string_view name) const noexcept {
  for (const auto& entry : entries_)
    if (entry.name == name) return &entry;
  return nullptr;
}

const server_time* server_timing::slowest_dependency() const noexcept {
  const server_time* slowest = nullptr;
  for (const auto& entry : entries_) {
    if (!entry.name.starts_with("dep-")) continue;
    if (!slowest ||
        entry.took.value_or(core::duration{}) > slowest->took.value_or(core::duration{}))
      slowest = &entry;
  }
  return slowest;
}

const server_time* server_timing::failed_dependency() const noexcept {
  const auto is_word = [](const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
  };
  for (const auto& entry : entries_)
    if (entry.name.starts_with("dep-") && is_word(entry.description)) return &entry;
  return nullptr;
}

std::optional<proxy_status> proxy_status::parse(std::string_view value) {
  const auto members = parse_member_list(value);
  if (members.empty()) return std::nullopt;
  proxy_status out{members.front().name, {}};
  if (const auto* error = members.front().find("error")) out.error = *error;
  return out;
}

}  // namespace probe
