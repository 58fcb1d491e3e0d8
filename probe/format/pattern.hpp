#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/config_reader.hpp"

namespace probe {

/// A regular expression (Perl syntax, by Boost.Regex: it gives up on patterns that explode instead
/// of exhausting the stack as std::regex does), compiled once. Matches anywhere unless anchored.
/// Immutable; any thread.
class pattern {
 public:
  pattern() = default;
  /// Nullopt when it is none, and `why` says what is wrong with it.
  static std::optional<pattern> compile(std::string text, std::string& why);

  /// What it found in `text`: the first group when there is one, else the whole match. Nullopt when
  /// it does not match, or gave up.
  std::optional<std::string> find(std::string_view text) const;
  bool matches(std::string_view text) const { return find(text).has_value(); }

  const std::string& source() const noexcept { return source_; }

 private:
  struct compiled;
  std::string source_;
  std::shared_ptr<const compiled> compiled_;
};

}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::pattern>();
