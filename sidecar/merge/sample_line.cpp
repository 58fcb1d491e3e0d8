#include "sidecar/merge/sample_line.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "core/utf8.hpp"

namespace sidecar {
namespace {

using core::exposition_format;

enum : std::uint8_t { letter = 1, digit = 2, colon = 4 };
constexpr auto classes = [] {
  std::array<std::uint8_t, 256> out{};
  for (char c = 'a'; c <= 'z'; ++c) out[static_cast<std::uint8_t>(c)] = letter;
  for (char c = 'A'; c <= 'Z'; ++c) out[static_cast<std::uint8_t>(c)] = letter;
  for (char c = '0'; c <= '9'; ++c) out[static_cast<std::uint8_t>(c)] = digit;
  out['_'] = letter;
  out[':'] = colon;
  return out;
}();

bool is(char c, int what) noexcept {
  return (classes[static_cast<std::uint8_t>(c)] & what) != 0;
}

/// What is left of a line, and how its blanks are read.
struct cursor {
  std::string_view rest;
  bool strict;  // OpenMetrics

  bool done() const noexcept { return rest.empty(); }
  bool at(char c) const noexcept { return !rest.empty() && rest.front() == c; }
  bool take(char c) noexcept {
    if (!at(c)) return false;
    rest.remove_prefix(1);
    return true;
  }
  void skip_blanks() noexcept {
    while (at(' ') || at('\t')) rest.remove_prefix(1);
  }
  /// Blanks where 0.0.4 allows and OpenMetrics forbids them.
  bool optional_blanks() noexcept {
    const auto before = rest.size();
    if (!strict) skip_blanks();
    return rest.size() != before;
  }
  /// What separates two parts; at the end of the line there need be none.
  bool separator() noexcept {
    if (strict) return take(' ');
    skip_blanks();
    return true;
  }
  std::string_view name(int first, int others) noexcept {
    std::size_t n = 0;
    if (!rest.empty() && is(rest[0], first))
      for (n = 1; n < rest.size() && is(rest[n], others);) ++n;
    const auto out = rest.substr(0, n);
    rest.remove_prefix(n);
    return out;
  }
  std::string_view word() noexcept {
    std::size_t n = 0;
    while (n < rest.size() && rest[n] != ' ' && rest[n] != '\t') ++n;
    const auto out = rest.substr(0, n);
    rest.remove_prefix(n);
    return out;
  }
};

/// Reads `"…"`; `plain` becomes false for escapes that are none, which are written anew.
const char* scan_value(cursor& in, bool& plain) noexcept {
  if (!in.take('"')) return "a label's value must be quoted";
  const char* const begin = in.rest.data();
  std::size_t n = 0;
  while (n < in.rest.size() && in.rest[n] != '"') {
    if (in.rest[n] == '\\') {
      const char escaped = n + 1 < in.rest.size() ? in.rest[n + 1] : '\0';
      plain = plain && (escaped == '\\' || escaped == '"' || escaped == 'n');
      ++n;
    }
    ++n;
  }
  if (n >= in.rest.size()) return "a label's value without its closing quote";
  in.rest.remove_prefix(n + 1);
  return is_utf8({begin, n}) ? nullptr : "a label's value that is no UTF-8";
}

struct label_names {
  std::array<std::string_view, most_labels> seen;
  int count = 0;

  const char* add(std::string_view name) noexcept {
    for (int i = 0; i < count; ++i)
      if (seen[static_cast<std::size_t>(i)] == name) return "a label twice";
    if (count == most_labels) return "more than 64 labels";
    seen[static_cast<std::size_t>(count++)] = name;
    return nullptr;
  }
};

/// Reads labels behind their opening brace, and the closing one.
const char* scan_labels(cursor& in, std::string_view& labels, bool& plain) noexcept {
  const char* const begin = in.rest.data();
  label_names names;
  for (;;) {
    plain = !in.optional_blanks() && plain;
    const auto end = static_cast<std::size_t>(in.rest.data() - begin);
    if (in.take('}')) {
      if (names.count > 0) labels = {begin, end};
      if (labels.ends_with(',')) plain = false;
      return nullptr;
    }
    const auto name = in.name(letter, letter | digit);
    if (name.empty())
      return in.at('"') ? "quoted names are not merged" : "a label's name is expected";
    if (const char* wrong = names.add(name)) return wrong;
    plain = !in.optional_blanks() && plain;
    if (!in.take('=')) return "= is expected behind a label's name";
    plain = !in.optional_blanks() && plain;
    if (const char* wrong = scan_value(in, plain)) return wrong;
    plain = !in.optional_blanks() && plain;
    if (!in.take(',') && !in.at('}')) return "a comma or } is expected behind a label";
  }
}

const char* check_timestamp(std::string_view text, bool seconds) noexcept {
  if (seconds) {
    const auto value = parse_metric_number(text);
    return value && std::isfinite(*value) ? nullptr : "the timestamp is no number of seconds";
  }
  std::int64_t ms = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? nullptr : "the timestamp is no whole number of milliseconds";
}

/// ` # {labels} value [timestamp]`, the blank and `#` already taken.
const char* scan_exemplar(cursor& in, std::string_view& exemplar) noexcept {
  if (!in.take(' ')) return "a space is expected behind #";
  const char* const begin = in.rest.data();
  std::string_view labels;
  bool plain = true;
  if (!in.take('{')) return "an exemplar begins with its labels";
  if (const char* wrong = scan_labels(in, labels, plain)) return wrong;
  if (!in.separator() || !parse_metric_number(in.word())) return "an exemplar's value is no number";
  if (!in.done()) {
    if (!in.separator()) return "a space is expected behind an exemplar's value";
    if (const char* wrong = check_timestamp(in.word(), true)) return wrong;
  }
  exemplar = {begin, static_cast<std::size_t>(in.rest.data() - begin)};
  return in.done() ? nullptr : "text behind an exemplar";
}

const char* scan_tail(cursor& in, sample_line& out) noexcept {
  out.value = in.word();
  if (!parse_metric_number(out.value)) return "the value is no number";
  if (!in.strict) in.skip_blanks();
  if (in.done()) return nullptr;
  if (in.strict && !in.take(' ')) return "a space is expected behind the value";
  if (!in.strict || !in.at('#')) {
    out.timestamp = in.word();
    if (const char* wrong = check_timestamp(out.timestamp, in.strict)) return wrong;
    if (!in.strict) in.skip_blanks();
    if (in.done()) return nullptr;
    if (!in.strict) return "text behind the timestamp";
    if (!in.take(' ')) return "a space is expected behind the timestamp";
  }
  if (!in.take('#')) return "text behind the timestamp";
  return scan_exemplar(in, out.exemplar);
}

}  // namespace

const char* parse_sample_line(std::string_view line, exposition_format format,
                              sample_line& out) noexcept {
  out = {};
  cursor in{line, format == exposition_format::openmetrics};
  in.optional_blanks();
  out.name = in.name(letter | colon, letter | digit | colon);
  if (out.name.empty())
    return in.at('{') ? "quoted names are not merged" : "a metric's name is expected";
  const bool blank = in.optional_blanks();
  bool braces = in.take('{');
  if (braces) {
    if (const char* wrong = scan_labels(in, out.labels, out.plain_labels)) return wrong;
    // 0.0.4 needs no blank behind the brace.
  }
  if (in.strict ? !in.take(' ') : !(blank || braces || in.done()))
    return "a space or labels are expected behind the name";
  if (!in.strict) in.skip_blanks();
  return scan_tail(in, out);
}

std::optional<double> parse_metric_number(std::string_view text) noexcept {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  if (text.empty()) return std::nullopt;
  const bool negative = text.front() == '-';
  const std::string_view magnitude = text.substr(negative ? 1 : 0);
  if (magnitude.empty()) return std::nullopt;
  // from_chars takes nan(chars) and -nan too.
  if (!is(magnitude.front(), digit) && magnitude.front() != '.') {
    const bool nan = magnitude.size() == 3 && strncasecmp(magnitude.data(), "nan", 3) == 0;
    const bool inf = (magnitude.size() == 3 && strncasecmp(magnitude.data(), "inf", 3) == 0) ||
                     (magnitude.size() == 8 && strncasecmp(magnitude.data(), "infinity", 8) == 0);
    if (nan && !negative) return std::nan("");
    if (inf) return negative ? -INFINITY : INFINITY;
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc{}) return value;
  if (error != std::errc::result_out_of_range) return std::nullopt;
  // Too small is zero and too large an error, as in Go; from_chars does not say which it is.
  char copy[64];
  if (text.size() >= sizeof copy) return std::nullopt;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  value = std::strtod(copy, nullptr);
  if (std::isinf(value)) return std::nullopt;
  return value;
}

std::string_view take_metric_name(std::string_view& rest) noexcept {
  cursor in{rest, true};
  const auto name = in.name(letter | colon, letter | digit | colon);
  rest = in.rest;
  return name;
}

bool is_metric_name(std::string_view name) noexcept {
  return !name.empty() && take_metric_name(name).size() > 0 && name.empty();
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto n = core::utf8_sequence(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

}  // namespace sidecar
