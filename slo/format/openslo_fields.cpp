#include "slo/format/openslo_fields.hpp"

#include <charconv>

#include "slo/format/field_reader.hpp"

namespace slo {

namespace {

constexpr int shortest_window_hours = 24;
constexpr int longest_window_hours = 366 * 24;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// `^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$`
bool is_label_key(std::string_view key) {
  if (key.empty() || key.size() > 63) return false;
  if (!is_alphanumeric(key.front()) || !is_alphanumeric(key.back())) return false;
  for (const char c : key) {
    if (!is_alphanumeric(c) && c != '-' && c != '.' && c != '_') return false;
  }
  return true;
}

/// An annotation's key may have a DNS prefix before a slash.
bool is_annotation_key(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return is_label_key(key);
  const auto prefix = key.substr(0, slash);
  if (prefix.empty() || prefix.size() > 253) return false;
  for (const char c : prefix) {
    if (!is_alphanumeric(c) && c != '-' && c != '.') return false;
  }
  return is_label_key(key.substr(slash + 1));
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
                                                core::problems& found) {
  std::map<std::string, std::string> out;
  if (!from) return out;
  if (!from->is_map()) {
    found.add(from->at, std::string(what) + " is " + from->kind_name(), "a map of strings");
    return out;
  }
  for (const auto& [key, value] : from->members) {
    if (!valid(key.text)) {
      found.add(key.at, key.text + " cannot be a key of " + what,
                "letters, digits, '-', '_' and '.', at most 63");
    }
    bool good = value.is_scalar() || (lists && value.is_sequence());
    for (const auto& item : value.items) good = good && item.is_scalar();
    if (!good) {
      found.add(value.at, key.text + " is " + value.kind_name(),
                lists ? "a string or a list of strings" : "a string");
    }
    out.emplace(key.text, joined(value));
  }
  return out;
}

}  // namespace

bool is_dns_label(std::string_view text) {
  if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
  for (const char c : text) {
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') return false;
  }
  return true;
}

std::string span_label(long minutes) {
  if (minutes % (24 * 60) == 0) return std::to_string(minutes / (24 * 60)) + "d";
  if (minutes % 60 == 0) return std::to_string(minutes / 60) + "h";
  return std::to_string(minutes) + "m";
}

std::optional<period> parse_rolling_period(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  int count = 0;
  const auto* end = text.data() + text.size() - 1;
  const auto parsed = std::from_chars(text.data(), end, count);
  if (parsed.ec != std::errc() || parsed.ptr != end || count < 1) return std::nullopt;
  int unit_hours = 0;
  switch (text.back()) {
    case 'h': unit_hours = 1; break;
    case 'd': unit_hours = 24; break;
    case 'w': unit_hours = 7 * 24; break;
    case 'M': unit_hours = 30 * 24; break;
    case 'Q': unit_hours = 90 * 24; break;
    case 'Y': unit_hours = 365 * 24; break;
    default: return std::nullopt;
  }
  if (count > longest_window_hours / unit_hours) return std::nullopt;
  const int hours = count * unit_hours;
  if (hours < shortest_window_hours) return std::nullopt;
  return period{span_label(hours * 60L), hours * 60L, {}};
}

metadata read_metadata(const core::node& from, core::problems& found) {
  field_reader fields(from, "metadata", found);
  metadata out;
  const auto* name = fields.required("name", dns_label_rule);
  if (name && !(name->is_scalar() && is_dns_label(name->text))) {
    found.add(name->at, "the name is not usable: " + name->text, dns_label_rule);
  }
  if (name) {
    out.name = name->text;
    out.at = name->at;
  }
  out.display_name = fields.text("displayName", 63);
  out.labels = read_strings(fields.optional("labels"), "labels", is_label_key, true, found);
  out.annotations =
      read_strings(fields.optional("annotations"), "annotations", is_annotation_key, false, found);
  fields.finish();
  return out;
}

}  // namespace slo
