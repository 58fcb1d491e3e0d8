#include "slo/format/openslo_fields.hpp"

#include <algorithm>
#include <charconv>

namespace slo {

namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_alphanumeric(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

/// Alphanumeric at both ends; between them '-', '.' and '_' as well.
bool is_dotted_name(std::string_view text, std::size_t limit) {
  if (text.empty() || text.size() > limit) return false;
  if (!is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

/// `^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$`
bool is_label_key(std::string_view key) {
  return is_dotted_name(key, 63);
}

/// DNS labels with dots between them.
bool is_dns_subdomain(std::string_view text) {
  if (text.size() > 253) return false;
  while (true) {
    const auto dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// An annotation's key may have a DNS prefix before a slash.
bool is_annotation_key(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return is_label_key(key);
  return is_dns_subdomain(key.substr(0, slash)) && is_label_key(key.substr(slash + 1));
}

std::string joined(const core::node& value) {
  if (!value.is_sequence()) return value.text;
  std::string out;
  for (const auto& item : value.items) out += (out.empty() ? "" : ",") + item.text;
  return out;
}

/// A map of strings; labels may have lists of strings.
std::map<std::string, std::string> read_strings(const core::node* from, const char* what,
                                                bool (*valid)(std::string_view), bool lists,
                                                reading& how) {
  std::map<std::string, std::string> out;
  if (!from) return out;
  if (!from->is_map()) {
    how.problem(from->at, std::string(what) + " is " + from->kind_name(), "a map of strings");
    return out;
  }
  for (const auto& [key, value] : from->members) {
    if (!valid(key.text)) {
      how.problem(key.at, key.text + " cannot be a key of " + what,
                  "letters, digits, '-', '_' and '.', at most 63");
    }
    bool good = value.is_scalar() || (lists && value.is_sequence());
    for (const auto& item : value.items) good = good && item.is_scalar();
    if (!good) {
      how.problem(value.at, key.text + " is " + value.kind_name(),
                  lists ? "a string or a list of strings" : "a string");
    }
    out.emplace(key.text, joined(value));
  }
  return out;
}

void check_name(const core::node& name, const std::string& what, reading& how) {
  if (name.is_scalar() && is_dns_label(name.text)) return;
  const auto said = what + (name.is_scalar() ? ": " + name.text : "");
  if (name.is_scalar() && is_lenient_name(name.text)) {
    how.deviation(name.at, said, dns_label_rule, "taken as it is");
  } else {
    how.problem(name.at, said, dns_label_rule);
  }
}

}  // namespace

bool is_dns_label(std::string_view text) {
  if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_lenient_name(std::string_view text) {
  return is_dotted_name(text, 255);
}

long shorthand::minutes() const noexcept {
  constexpr long hour = 60;
  constexpr long day = 24 * hour;
  switch (unit) {
    case 'h': return count * hour;
    case 'd': return count * day;
    case 'w': return count * 7 * day;
    case 'M': return count * 30 * day;
    case 'Q': return count * 90 * day;
    case 'Y': return count * 365 * day;
    default: return count;
  }
}

std::optional<shorthand> parse_shorthand(std::string_view text) {
  if (text.size() < 2 || std::string_view("mhdwMQY").find(text.back()) == std::string_view::npos) {
    return std::nullopt;
  }
  shorthand out;
  out.unit = text.back();
  const auto* end = text.data() + text.size() - 1;
  const auto parsed = std::from_chars(text.data(), end, out.count);
  if (parsed.ec != std::errc() || parsed.ptr != end || out.count < 1) return std::nullopt;
  return out;
}

std::optional<shorthand> read_shorthand(const core::node& from, const char* name, reading& how) {
  const auto value = from.is_scalar() ? parse_shorthand(from.text) : std::nullopt;
  if (!value) {
    how.problem(from.at,
                std::string(name) + " is no duration" + (from.is_scalar() ? ": " + from.text : ""),
                shorthand_rule);
  }
  return value;
}

metadata read_metadata(const core::node& from, reading& how) {
  field_reader fields(from, "metadata", how.found());
  metadata out;
  if (const auto* name = fields.required("name", dns_label_rule)) {
    check_name(*name, "the name is not usable", how);
    out.name = name->text;
    out.at = name->at;
  }
  out.display_name = fields.text("displayName", display_name_limit);
  out.labels = read_strings(fields.optional("labels"), "labels", is_label_key, true, how);
  out.annotations =
      read_strings(fields.optional("annotations"), "annotations", is_annotation_key, false, how);
  fields.finish();
  return out;
}

reference read_reference(const core::node& from, const char* field, reading& how) {
  check_name(from, std::string(field) + " is no name of a document", how);
  return {from.text, from.at};
}

}  // namespace slo
