#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"

namespace probe {

/// What a `${…}` refers to: `${target.NAME}`, `${secret.NAME}`, `${endpoint.NAME}`,
/// `${match.GROUP}` (in a dialog), `${uuid}` or `${variable}`.
enum class reference_kind { target, secret, endpoint, match, uuid, variable };

struct template_reference {
  reference_kind kind = reference_kind::variable;
  std::string name;
};

/// Where a template stands in its file; a text of its own, since it outlives the document.
struct place {
  std::string file;
  int line = 0;
  int column = 0;

  core::position at() const noexcept { return {file, line, column}; }
};

/// A text with references, parsed once at load: `${target.base}/v1/securities/${isin}`. A `$` that
/// is not followed by `{` stands for itself; `$${` writes a literal `${`. Immutable; any thread.
class template_text {
 public:
  /// Gives the value of a reference; nullopt when it has none (yet).
  using lookup = std::function<std::optional<std::string>(const template_reference&)>;

  template_text() = default;
  /// On a malformed reference: nullopt, and `why` says what is wrong.
  static std::optional<template_text> parse(std::string_view text, std::string& why);

  /// A text without references; `$` stands for itself.
  static template_text literal(std::string text);

  /// All references replaced. When one has no value: nullopt, and `missing` names it.
  std::optional<std::string> render(const lookup& values, std::string& missing) const;

  /// The text as it was written.
  const std::string& source() const noexcept { return source_; }
  bool empty() const noexcept { return source_.empty(); }
  std::vector<const template_reference*> references() const;

  const place& where() const noexcept { return place_; }
  void stand_at(place p) { place_ = std::move(p); }

 private:
  struct piece {
    std::string literal;
    std::optional<template_reference> reference;  // of which `literal` is empty
  };
  std::string source_;
  std::vector<piece> pieces_;
  place place_;
};

/// Texts of a request or an expectation, to look at their references.
using text_list = std::vector<const template_text*>;

}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::template_text>();
