#include "probe/blackbox/values.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "core/json_text.hpp"

namespace probe::blackbox {
namespace {

struct unit {
  std::string_view name;
  double nanoseconds;
};
// Longer names first: `ms` begins as `m`.
constexpr std::array<unit, 8> units{{{"ns", 1},
                                     {"us", 1e3},
                                     {"\xC2\xB5s", 1e3},
                                     {"\xCE\xBCs", 1e3},
                                     {"ms", 1e6},
                                     {"s", 1e9},
                                     {"m", 60e9},
                                     {"h", 3600e9}}};

/// `into` is of the kind's own type.
template <class T, class Parse, class Show>
class text_value final : public core::value_kind {
 public:
  text_value(const char* name, const char* example, Parse parse, Show show)
      : name_(name), example_(example), parse_(parse), show_(show) {}
  void read(const core::node& from, void* into, core::reading& r) const override {
    const auto text = core::detail::scalar_text(from, name_, example_, r);
    if (text && !parse_(*text, *static_cast<T*>(into)))
      r.found.add(from.at, core::json_string(*text) + " is no " + name_, example_);
  }
  std::string schema() const override { return R"({"type":"string"})"; }
  std::string name() const override { return name_; }
  std::string show(const void* value) const override {
    return show_(*static_cast<const T*>(value));
  }

 private:
  const char* name_;
  const char* example_;
  Parse parse_;
  Show show_;
};

class unsupported_value final : public core::value_kind {
 public:
  void read(const core::node& from, void* into, core::reading& r) const override {
    r.found.add(from.at,
                std::string("not supported: ") + static_cast<const unsupported*>(into)->why,
                "no such key");
  }
  std::string schema() const override { return "false"; }
  std::string name() const override { return "nothing"; }
  std::string show(const void*) const override { return "null"; }
};

bool parse_base2(std::string_view text, base2_size& out) {
  constexpr std::string_view prefixes = "KMGTPE";
  const auto end = text.find_first_not_of("0123456789");
  std::uint64_t number = 0;
  const auto digits = text.substr(0, end);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc{})
    return false;
  std::string_view name = text.substr(digits.size());
  unsigned shift = 0;
  if (!name.empty() && prefixes.find(name[0]) != std::string_view::npos) {
    shift = 10 * static_cast<unsigned>(prefixes.find(name[0]) + 1);
    name.remove_prefix(1);
    if (name.starts_with('i')) name.remove_prefix(1);
    if (name != "B") return false;
  }
  if (!name.empty() && name != "B") return false;
  if (shift > 0 && number >> (63 - shift) != 0) return false;
  out.bytes = number << shift;
  return true;
}

std::string decimal(std::int64_t whole, std::int64_t part, int digits) {
  std::string out = std::to_string(whole);
  if (part == 0) return out;
  std::string fraction = std::to_string(part);
  fraction.insert(0, static_cast<std::size_t>(digits) - fraction.size(), '0');
  while (fraction.back() == '0') fraction.pop_back();
  return out + "." + fraction;
}

/// `1h0m0s`, `1m30s`, `1.5s`, `250ms`, as Go's Duration.String.
std::string show_duration(const go_duration& d) {
  const std::int64_t n = d.value.count();
  if (n == 0) return "null";
  if (n < 1'000) return std::to_string(n) + "ns";
  if (n < 1'000'000) return decimal(n / 1'000, n % 1'000, 3) + "\xC2\xB5s";
  if (n < 1'000'000'000) return decimal(n / 1'000'000, n % 1'000'000, 6) + "ms";
  const std::int64_t seconds = n / 1'000'000'000;
  std::string out;
  if (seconds >= 3600) out += std::to_string(seconds / 3600) + "h";
  if (seconds >= 60) out += std::to_string(seconds / 60 % 60) + "m";
  return out + decimal(seconds % 60, n % 1'000'000'000, 9) + "s";
}

std::string show_base2(const base2_size& size) {
  constexpr std::string_view prefixes = "KMGTPE";
  std::uint64_t number = size.bytes;
  std::size_t power = 0;
  while (number != 0 && number % 1024 == 0 && power < prefixes.size()) {
    number /= 1024;
    ++power;
  }
  if (number == 0) return "null";
  return std::to_string(number) + (power ? std::string(1, prefixes[power - 1]) + "iB" : "B");
}

}  // namespace

bool parse_go_duration(std::string_view text, core::duration& out) {
  if (text == "0") {
    out = {};
    return true;
  }
  double total = 0;
  if (text.empty()) return false;
  while (!text.empty()) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    const bool begins = text[0] == '.' || (text[0] >= '0' && text[0] <= '9');
    if (error != std::errc{} || !begins) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const unit* found = nullptr;
    for (const auto& u : units)
      if (!found && text.starts_with(u.name)) found = &u;
    if (!found) return false;
    total += number * found->nanoseconds;
    text.remove_prefix(found->name.size());
  }
  if (total > 9e18) return false;
  out = core::duration(std::llround(total));
  return true;
}

}  // namespace probe::blackbox

namespace own = probe::blackbox;

template <>
const core::value_kind& core::kind_of<own::go_duration>() {
  static const own::text_value<own::go_duration, bool (*)(std::string_view, own::go_duration&),
                               std::string (*)(const own::go_duration&)>
      kind(
          "duration", "a duration such as 5s, 1m30s or 0.5s",
          [](std::string_view text, own::go_duration& into) {
            return own::parse_go_duration(text, into.value);
          },
          own::show_duration);
  return kind;
}
template <>
const core::value_kind& core::kind_of<own::base2_size>() {
  static const own::text_value<own::base2_size, bool (*)(std::string_view, own::base2_size&),
                               std::string (*)(const own::base2_size&)>
      kind("size", "a number of bytes such as 512B, 64KB or 10MiB", own::parse_base2,
           own::show_base2);
  return kind;
}
template <>
const core::value_kind& core::kind_of<own::credential>() {
  static const own::text_value<own::credential, bool (*)(std::string_view, own::credential&),
                               std::string (*)(const own::credential&)>
      kind(
          "credential", "a text",
          [](std::string_view text, own::credential& into) {
            into.text = text;
            return true;
          },
          [](const own::credential& c) {
            return c.text.empty() ? std::string("null") : std::string("<secret>");
          });
  return kind;
}
template <>
const core::value_kind& core::kind_of<own::unsupported>() {
  static const own::unsupported_value kind;
  return kind;
}
