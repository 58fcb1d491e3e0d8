#include "api/aws/xml.hpp"

#include <charconv>

#include "core/error.hpp"

namespace api {
namespace {

constexpr int deepest = 32;
constexpr std::string_view space = " \t\r\n";

bool is_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
         c == '_' || c == '-' || c == '.';
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

bool append_utf8(std::string& out, std::uint32_t point) {
  if (point == 0 || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
  const auto tail = [&out, point](int shift) {
    out.push_back(static_cast<char>(0x80 | ((point >> shift) & 0x3F)));
  };
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (point >> 6)));
    tail(0);
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (point >> 12)));
    tail(6), tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | (point >> 18)));
    tail(12), tail(6), tail(0);
  }
  return true;
}

/// What stands between `&` and `;`.
bool append_entity(std::string& out, std::string_view entity) {
  static constexpr std::pair<std::string_view, char> named[] = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [name, character] : named)
    if (entity == name) {
      out.push_back(character);
      return true;
    }
  if (!entity.starts_with('#')) return false;
  entity.remove_prefix(1);
  const bool hex = entity.starts_with('x');
  if (hex) entity.remove_prefix(1);
  std::uint32_t point = 0;
  const auto end = entity.data() + entity.size();
  const auto [stopped, error] = std::from_chars(entity.data(), end, point, hex ? 16 : 10);
  return error == std::errc() && stopped == end && append_utf8(out, point);
}

/// Walks the text; every function says whether it found what it is for, and moves behind it.
class xml_reader {
 public:
  explicit xml_reader(std::string_view text) : rest_(text) {}

  bool document(xml_element& root) {
    skip_space();
    if (take("<?xml") && !skip_behind("?>")) return false;
    skip_space();
    if (!take("<") || !element(root, 1)) return false;
    skip_space();
    return rest_.empty();
  }

 private:
  // From behind its `<`.
  bool element(xml_element& out, int depth) {
    if (depth > deepest || !name(out.name)) return false;
    bool empty = false;
    if (!end_of_tag(empty)) return false;
    return empty || content(out, depth);
  }

  // Up to and with the end tag.
  bool content(xml_element& out, int depth) {
    for (;;) {
      const auto open = rest_.find('<');
      if (open == std::string_view::npos || !text(rest_.substr(0, open), out.text)) return false;
      rest_.remove_prefix(open + 1);
      if (take("/")) break;
      if (!element(out.children.emplace_back(), depth + 1)) return false;
    }
    out.text = std::string(trimmed(out.text));
    std::string closed;
    if (!name(closed) || closed != out.name) return false;
    skip_space();
    return take(">");
  }

  bool name(std::string& out) {
    std::size_t length = 0;
    while (length < rest_.size() && is_name(rest_[length])) ++length;
    out = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return length > 0;
  }

  // Attributes, of which only the quotes matter.
  bool end_of_tag(bool& empty) {
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '>') return true;
      if (c == '<') return false;
      if (c == '/') return empty = true, take(">");
      if ((c == '"' || c == '\'') && !skip_behind({&c, 1})) return false;
    }
    return false;
  }

  static bool text(std::string_view raw, std::string& out) {
    for (;;) {
      const auto ampersand = raw.find('&');
      out.append(raw.substr(0, ampersand));
      if (ampersand == std::string_view::npos) return true;
      raw.remove_prefix(ampersand + 1);
      const auto end = raw.find(';');
      if (end == std::string_view::npos || !append_entity(out, raw.substr(0, end))) return false;
      raw.remove_prefix(end + 1);
    }
  }

  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  bool skip_behind(std::string_view what) {
    const auto at = rest_.find(what);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + what.size());
    return true;
  }
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(space), rest_.size())); }

  std::string_view rest_;
};

}  // namespace

const xml_element* xml_element::find(std::string_view child) const noexcept {
  for (const auto& c : children)
    if (c.name == child) return &c;
  return nullptr;
}

std::string xml_element::text_of(std::string_view child) const {
  const xml_element* found = find(child);
  return found ? found->text : std::string();
}

boost::system::result<xml_element> parse_xml(std::string_view text) {
  xml_element root;
  if (!xml_reader(text).document(root)) return core::errc::malformed;
  return root;
}

}  // namespace api
