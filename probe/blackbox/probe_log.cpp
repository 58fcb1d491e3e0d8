#include "probe/blackbox/probe_log.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <utility>

#include "core/json_text.hpp"

namespace probe::blackbox {
namespace {

template <class N>
void append_number(std::string& out, N value) {
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_value(std::string& out, const core::log_field& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value))
    append_logfmt(out, *text);
  else if (const auto* integer = std::get_if<std::int64_t>(&field.value))
    append_number(out, *integer);
  else if (const auto* number = std::get_if<double>(&field.value))
    append_number(out, *number);
  else
    out += std::get<bool>(field.value) ? "true" : "false";
}

}  // namespace

void append_logfmt(std::string& out, std::string_view value) {
  const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c != '=' && c != '"' && c != '\\' && static_cast<unsigned char>(c) < 0x7f;
  });
  if (plain)
    out.append(value);
  else
    core::append_json_string(out, value);
}

std::string rfc3339_nanos(std::uint64_t unix_nanos) {
  const auto seconds = static_cast<std::time_t>(unix_nanos / 1'000'000'000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  char date[32], out[48];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(out, sizeof out, "%s.%09uZ", date,
                static_cast<unsigned>(unix_nanos % 1'000'000'000));
  return out;
}

void probe_log::write(core::instant at, std::string_view level, std::string_view message,
                      std::span<const core::log_field> fields) {
  if (dropped_ > 0) {
    text_.append("level=info msg=\"lines left out\" lines=");
    append_number(text_, std::exchange(dropped_, 0));
    text_ += '\n';
    marks_.push_back({at, text_.size()});
  }
  text_.append("level=").append(level).append(" msg=");
  append_logfmt(text_, message);
  for (const auto& field : fields) {
    text_.append(" ").append(field.key).append("=");
    append_value(text_, field);
  }
  text_ += '\n';
  marks_.push_back({at, text_.size()});
}

std::string probe_log::render(const core::wall_clock& wall, std::string_view module,
                              std::string_view target) const {
  std::string out;
  std::size_t begin = 0;
  for (const auto& m : marks_) {
    out.append("ts=").append(rfc3339_nanos(wall.unix_nanos(m.at))).append(" module=");
    append_logfmt(out, module);
    out.append(" target=");
    append_logfmt(out, target);
    out.append(" ").append(text_, begin, m.end - begin);
    begin = m.end;
  }
  return out;
}

}  // namespace probe::blackbox
