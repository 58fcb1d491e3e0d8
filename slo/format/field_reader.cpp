#include "slo/format/field_reader.hpp"

#include <algorithm>

#include "core/utf8.hpp"

namespace slo {

namespace {

/// Code points; a byte that is part of none counts for one.
std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    text.remove_prefix(std::max<std::size_t>(1, core::utf8_sequence(text)));
  }
  return count;
}

}  // namespace

field_reader::field_reader(const core::node& from, std::string what, core::problems& found)
    : from_(from), what_(std::move(what)), found_(found) {
  if (!from_.is_map()) {
    found_.add(from_.at, what_ + " is " + from_.kind_name(), "a map");
  }
}

const core::node* field_reader::find(std::string_view name) {
  known_.emplace_back(name);
  return from_.find(name);
}

const core::node* field_reader::optional(std::string_view name) {
  const auto* value = find(name);
  return value && !value->is_null() ? value : nullptr;
}

const core::node* field_reader::required(std::string_view name, std::string_view expected) {
  const auto* value = optional(name);
  if (!value && usable()) {
    found_.add(from_.at, what_ + " has no " + std::string(name), std::string(expected));
  }
  return value;
}

std::string field_reader::text(std::string_view name, std::size_t limit) {
  const auto* value = optional(name);
  if (!value) return {};
  if (!value->is_scalar()) {
    found_.add(value->at, std::string(name) + " is " + value->kind_name(), "a string");
    return {};
  }
  if (characters(value->text) > limit) {
    found_.add(value->at, std::string(name) + " is too long",
               "at most " + std::to_string(limit) + " characters");
  }
  return value->text;
}

std::string field_reader::required_text(std::string_view name, std::string_view expected) {
  const auto* value = required(name, expected);
  if (!value) return {};
  if (!value->is_scalar()) {
    found_.add(value->at, std::string(name) + " is " + value->kind_name(), std::string(expected));
    return {};
  }
  return value->text;
}

std::optional<bool> field_reader::boolean(std::string_view name) {
  const auto* value = optional(name);
  if (!value) return std::nullopt;
  if (value->is_scalar() && !value->quoted && (value->text == "true" || value->text == "false")) {
    return value->text == "true";
  }
  found_.add(value->at, std::string(name) + " is no truth value", "true or false");
  return std::nullopt;
}

void field_reader::finish() {
  for (const auto& member : from_.members) {
    if (std::find(known_.begin(), known_.end(), member.key.text) != known_.end()) continue;
    std::string expected;
    for (const auto& name : known_) expected += (expected.empty() ? "" : ", ") + name;
    found_.add(member.key.at, what_ + " has an unknown field " + member.key.text, expected);
  }
}

}  // namespace slo
