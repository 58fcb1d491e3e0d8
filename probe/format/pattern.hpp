#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"

namespace probe {

/// What a pattern matched.
struct pattern_match {
  std::size_t begin = 0, end = 0;            ///< in the text that was searched
  std::vector<std::string> groups;           ///< the whole match first; "" for no part
  std::map<std::string, std::string> named;  ///< groups that have a name
};

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

  /// Where and what it matches first.
  std::optional<pattern_match> match(std::string_view text) const;
  /// Groups, without the whole match; and the names that some of them have, `(?<name>…)`.
  std::size_t group_count() const noexcept;
  const std::vector<std::string>& group_names() const noexcept { return names_; }

  const std::string& source() const noexcept { return source_; }

 private:
  struct compiled;
  std::string source_;
  std::shared_ptr<const compiled> compiled_;
  std::vector<std::string> names_;
};

}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::pattern>();
