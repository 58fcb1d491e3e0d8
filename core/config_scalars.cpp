// The scalar kinds of core/config_kinds.hpp: text to value and back.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/config_reader.hpp"
#include "core/json_text.hpp"

namespace core {
namespace {

std::string given(const node& from) {
  if (from.is_null()) return "no value";
  return from.is_scalar() ? json_string(from.text) : from.kind_name();
}

/// A problem of the form `"abc" is no duration`.
void refuse(const node& from, const std::string& noun, const std::string& expected, reading& r) {
  const std::string what = from.is_scalar() ? " is no " + noun : " was given";
  r.found.add(from.at, given(from) + what, expected);
}

/// `text` with `${NAME}` replaced; nullopt and a problem when that cannot be done.
std::optional<std::string> expand(const node& from, std::string_view text, reading& r) {
  std::string out;
  while (!text.empty()) {
    const auto start = text.find("${");
    if (start == std::string_view::npos) break;
    if (start > 0 && text[start - 1] == '$') {
      out.append(text.substr(0, start - 1)).append("${");
      text.remove_prefix(start + 2);
      continue;
    }
    const auto end = text.find('}', start);
    if (end == std::string_view::npos || end == start + 2) {
      r.found.add(from.at, "\"${\" begins no environment variable's name",
                  "${NAME}, or $${ for the characters themselves");
      return std::nullopt;
    }
    const std::string name(text.substr(start + 2, end - start - 2));
    const auto value = r.env(name);
    if (!value) {
      r.found.add(from.at, "environment variable " + name + " is not set");
      return std::nullopt;
    }
    out.append(text.substr(0, start)).append(*value);
    text.remove_prefix(end + 1);
  }
  return out.append(text);
}

/// A scalar's text that must not be quoted: "5" is text. A reference may have to be, in flow style.
std::optional<std::string> plain_text(const node& from, const std::string& noun,
                                      const std::string& expected, reading& r) {
  if (from.is_scalar() && from.quoted && from.text.find("${") == std::string::npos) {
    r.found.add(from.at, given(from) + " is quoted, so it is text", expected + " without quotes");
    return std::nullopt;
  }
  return detail::scalar_text(from, noun, expected, r);
}

template <class N>
bool parse_number(std::string_view text, N& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

template <class I>
std::optional<I> read_integer_as(const node& from, I lo, I hi, reading& r) {
  const std::string expected = "an integer";
  const auto text = plain_text(from, "integer", expected, r);
  if (!text) return std::nullopt;
  I value{};
  if (parse_number(*text, value) && value >= lo && value <= hi) return value;
  const std::string digits = text->substr(text->starts_with('-') ? 1 : 0);
  if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos) {
    r.found.add(from.at, *text + " is out of range",
                std::to_string(lo) + " to " + std::to_string(hi));
  } else {
    refuse(from, "integer", expected, r);
  }
  return std::nullopt;
}

class bool_kind final : public value_kind {
 public:
  void read(const node& from, void* into, reading& r) const override {
    const auto text = plain_text(from, "boolean", "true or false", r);
    if (!text) return;
    if (*text != "true" && *text != "false") return refuse(from, "boolean", "true or false", r);
    *static_cast<bool*>(into) = *text == "true";
  }
  std::string schema() const override { return R"({"type":"boolean"})"; }
  std::string name() const override { return "boolean"; }
  std::string show(const void* value) const override {
    return *static_cast<const bool*>(value) ? "true" : "false";
  }
};

class number_kind final : public value_kind {
 public:
  void read(const node& from, void* into, reading& r) const override {
    const auto text = plain_text(from, "number", "a number", r);
    if (!text) return;
    double value = 0;
    if (!parse_number(*text, value) || !std::isfinite(value)) {
      return refuse(from, "number", "a number", r);
    }
    *static_cast<double*>(into) = value;
  }
  std::string schema() const override { return R"({"type":"number"})"; }
  std::string name() const override { return "number"; }
  std::string show(const void* value) const override {
    return detail::bound_text(*static_cast<const double*>(value));
  }
  bool within(const void* value, long double lo, long double hi) const override {
    const double v = *static_cast<const double*>(value);
    return v >= lo && v <= hi;
  }
};

class string_kind final : public value_kind {
 public:
  void read(const node& from, void* into, reading& r) const override {
    if (auto text = detail::scalar_text(from, "string", "a string", r)) {
      *static_cast<std::string*>(into) = std::move(*text);
    }
  }
  std::string schema() const override { return R"({"type":"string"})"; }
  std::string name() const override { return "string"; }
  std::string show(const void* value) const override {
    return json_string(*static_cast<const std::string*>(value));
  }
};

/// A type with a text form of its own: a name, an example and two functions.
template <class T>
class text_kind : public value_kind {
 public:
  using parser = bool (*)(std::string_view, T&);
  using printer = std::string (*)(const T&);
  text_kind(const char* name, const char* example, const char* pattern, parser p, printer s)
      : name_(name), example_(example), pattern_(pattern), parse_(p), print_(s) {}

  void read(const node& from, void* into, reading& r) const override {
    const auto text = detail::scalar_text(from, name_, example_, r);
    if (text && !parse_(*text, *static_cast<T*>(into))) refuse(from, name_, example_, r);
  }
  std::string schema() const override {
    return R"({"type":"string","pattern":")" + std::string(pattern_) + "\"}";
  }
  std::string name() const override { return name_; }
  std::string show(const void* value) const override {
    return print_(*static_cast<const T*>(value));
  }
  bool within(const void* value, long double lo, long double hi) const override {
    long double v = lo;
    if constexpr (requires(T t) { detail::bound_number(t); }) {
      v = detail::bound_number(*static_cast<const T*>(value));
    }
    return v >= lo && v <= hi;
  }

 private:
  const char* name_;
  const char* example_;
  const char* pattern_;
  parser parse_;
  printer print_;
};

}  // namespace

namespace detail {

std::optional<std::string> scalar_text(const node& from, const std::string& noun,
                                       const std::string& expected, reading& r) {
  if (from.is_scalar()) return expand(from, from.text, r);
  refuse(from, noun, expected, r);
  return std::nullopt;
}

const value_kind& scalar_kind(std::type_identity<bool>) {
  static const bool_kind kind;
  return kind;
}
const value_kind& scalar_kind(std::type_identity<double>) {
  static const number_kind kind;
  return kind;
}
const value_kind& scalar_kind(std::type_identity<std::string>) {
  static const string_kind kind;
  return kind;
}
// The patterns also let `${NAME}` through, which stands for the whole or a part.
const value_kind& scalar_kind(std::type_identity<duration>) {
  static const text_kind<duration> kind("duration", "a duration such as 250ms, 5s, 2m or 1h",
                                        R"(^([0-9]+(ns|us|ms|s|m|h|d|w))+$|\\$\\{)", parse_duration,
                                        [](const duration& d) { return format_duration(d); });
  return kind;
}
const value_kind& scalar_kind(std::type_identity<address>) {
  static const text_kind<address> kind("address", "HOST:PORT, [IPv6]:PORT or :PORT",
                                       R"(:[0-9]+$|\\$\\{)", parse_address,
                                       [](const address& a) { return json_string(a.to_string()); });
  return kind;
}
const value_kind& scalar_kind(std::type_identity<base_url>) {
  static const text_kind<base_url> kind(
      "URL", "http://HOST[:PORT][/PATH] or https://…, without user, query and fragment",
      R"(^https?://[^/?#@]+(/[^?#]*)?$|\\$\\{)", parse_base_url,
      [](const base_url& u) { return json_string(u.to_string()); });
  return kind;
}
const value_kind& scalar_kind(std::type_identity<byte_size>) {
  static const text_kind<byte_size> kind("size", "a number of bytes such as 512, 64KB or 1MiB",
                                         R"(^[0-9]+([KMGT]i?B|B)?$|\\$\\{)", parse_byte_size,
                                         [](const byte_size& s) { return format_byte_size(s); });
  return kind;
}

std::optional<std::int64_t> read_integer(const node& from, std::int64_t lo, std::int64_t hi,
                                         reading& r) {
  return read_integer_as(from, lo, hi, r);
}
std::optional<std::uint64_t> read_integer(const node& from, std::uint64_t lo, std::uint64_t hi,
                                          reading& r) {
  return read_integer_as(from, lo, hi, r);
}

std::optional<std::size_t> read_choice(const node& from, std::span<const std::string_view> names,
                                       reading& r) {
  const std::string expected = "one of " + join(names, ", ");
  const auto text = scalar_text(from, "choice", expected, r);
  if (!text) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found == names.end()) {
    r.found.add(from.at, json_string(*text) + " is not known here", expected);
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - names.begin());
}

bool expect_kind(const node& from, node_kind kind, reading& r) {
  if (from.kind == kind) return true;
  r.found.add(from.at, given(from) + " was given", kind == node_kind::map ? "a map" : "a list");
  return false;
}

std::string join(std::span<const std::string_view> words, std::string_view separator) {
  std::string out;
  for (const std::string_view word : words) out.append(out.empty() ? "" : separator).append(word);
  return out;
}

std::string bound_text(double n) {
  std::string out;
  append_json_number(out, n);
  return out;
}

}  // namespace detail
}  // namespace core
