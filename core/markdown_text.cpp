#include "core/markdown_text.hpp"

namespace core {

std::string markdown_text(std::string_view text, std::size_t limit) {
  constexpr std::string_view special = "\\`*_{}[]()#+-.!|~>@";
  std::string out;
  for (const char c : text.substr(0, limit)) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += ' ';
    else if (special.find(c) != std::string_view::npos)
      out.append("\\").push_back(c);
    else
      out.push_back(c);
  }
  if (text.size() <= limit) return out;
  while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
  if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xc0) out.pop_back();
  return out + "…";
}

std::string markdown_code(std::string_view text) {
  return text.find_first_of("`|\n") == std::string_view::npos && !text.empty()
             ? "`" + std::string(text) + "`"
             : markdown_text(text);
}

}  // namespace core
