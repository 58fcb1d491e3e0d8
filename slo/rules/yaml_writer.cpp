#include "slo/rules/yaml_writer.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace slo {

namespace {

/// `5m`, `28d`: text for every YAML reader, in spite of its digits.
bool is_span(std::string_view text) {
  return text.size() > 1 && std::string_view("smhd").find(text.back()) != std::string_view::npos &&
         std::all_of(text.begin(), text.end() - 1,
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_plain(std::string_view text) {
  constexpr std::string_view reserved[] = {"true", "false", "null", "yes", "no",
                                           "on",   "off",   "y",    "n"};
  if (is_span(text)) return true;
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text.front()))) return false;
  if (std::find(std::begin(reserved), std::end(reserved), text) != std::end(reserved)) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '/' || c == '-';
  });
}

bool is_printable(unsigned char c) {
  return c >= 0x20 && c != '\'';
}

void append_double_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(c));
      out += escape;
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

void append_yaml_scalar(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += text;
  } else if (std::all_of(text.begin(), text.end(), is_printable)) {
    out.append("'").append(text).append("'");
  } else {
    append_double_quoted(out, text);
  }
}

void yaml_writer::scalar(std::size_t indent, std::string_view key, std::string_view value) {
  out_.append(indent, ' ').append(key).append(": ");
  append_yaml_scalar(out_, value);
  out_ += '\n';
}

void yaml_writer::item(std::size_t indent, std::string_view value) {
  out_.append(indent, ' ').append("- ");
  append_yaml_scalar(out_, value);
  out_ += '\n';
}

void yaml_writer::block(std::size_t indent, std::string_view key, std::string_view value) {
  if (value.find('\n') == std::string_view::npos) return scalar(indent, key, value);
  line(indent, key, ": |-");
  while (!value.empty()) {
    const auto end = std::min(value.find('\n'), value.size());
    line(indent + 2, value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

void yaml_writer::labels(std::size_t indent, std::string_view key, const label_list& list) {
  if (list.empty()) return;
  line(indent, key, ":");
  for (const auto& [name, value] : list) scalar(indent + 2, name, value);
}

}  // namespace slo
