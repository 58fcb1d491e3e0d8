#include "probe/format/template_text.hpp"

namespace probe {
namespace {

bool is_name(std::string_view text) noexcept {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!good) return false;
  }
  return text[0] < '0' || text[0] > '9';
}

bool is_number(std::string_view text) noexcept {
  return !text.empty() && text.size() < 3 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<template_reference> parse_reference(std::string_view inside) {
  template_reference out;
  if (inside == "uuid") {
    out.kind = reference_kind::uuid;
    return out;
  }
  std::string_view name = inside;
  if (inside.starts_with("target.")) {
    out.kind = reference_kind::target;
    name.remove_prefix(7);
  } else if (inside.starts_with("secret.")) {
    out.kind = reference_kind::secret;
    name.remove_prefix(7);
  } else if (inside.starts_with("endpoint.")) {
    out.kind = reference_kind::endpoint;
    name.remove_prefix(9);
  } else if (inside.starts_with("match.")) {
    out.kind = reference_kind::match;
    name.remove_prefix(6);
    if (!is_name(name) && !is_number(name)) return std::nullopt;
    out.name = name;
    return out;
  }
  if (!is_name(name)) return std::nullopt;
  out.name = name;
  return out;
}

}  // namespace

std::optional<template_text> template_text::parse(std::string_view text, std::string& why) {
  template_text out;
  out.source_ = text;
  std::string literal;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i, 3) == "$${") {
      literal += "${";
      i += 3;
      continue;
    }
    if (text.substr(i, 2) != "${") {
      literal.push_back(text[i++]);
      continue;
    }
    const auto end = text.find('}', i);
    if (end == std::string_view::npos) {
      why = "`${` without its `}`";
      return std::nullopt;
    }
    const auto inside = text.substr(i + 2, end - i - 2);
    auto reference = parse_reference(inside);
    if (!reference) {
      why = "`${" + std::string(inside) + "}` is no reference";
      return std::nullopt;
    }
    if (!literal.empty()) out.pieces_.push_back({std::exchange(literal, {}), std::nullopt});
    out.pieces_.push_back({{}, std::move(reference)});
    i = end + 1;
  }
  if (!literal.empty()) out.pieces_.push_back({std::move(literal), std::nullopt});
  return out;
}

template_text template_text::literal(std::string text) {
  template_text out;
  out.source_ = text;
  if (!text.empty()) out.pieces_.push_back({std::move(text), std::nullopt});
  return out;
}

std::optional<std::string> template_text::render(const lookup& values, std::string& missing) const {
  std::string out;
  for (const auto& piece : pieces_) {
    if (!piece.reference) {
      out += piece.literal;
      continue;
    }
    auto value = values(*piece.reference);
    if (!value) {
      missing = piece.reference->name;
      return std::nullopt;
    }
    out += *value;
  }
  return out;
}

std::vector<const template_reference*> template_text::references() const {
  std::vector<const template_reference*> out;
  for (const auto& piece : pieces_)
    if (piece.reference) out.push_back(&*piece.reference);
  return out;
}

}  // namespace probe
