#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"

namespace probe {

/// A regular expression in RE2's syntax and meaning (`.` is no line feed, `^` and `$` are those of
/// the whole text, unless flags say otherwise), compiled once. Immutable; any thread.
class re2_pattern {
 public:
  re2_pattern() = default;
  /// Nullopt when it is none, and `why` says what is wrong with it.
  static std::optional<re2_pattern> compile(std::string text, std::string& why);

  /// What a search came to: it may become too complex, and is given up then.
  enum class outcome { no, yes, gave_up };
  outcome search(std::string_view text) const { return search(text, nullptr); }

  /// A match's groups, the whole match first; views into the text that was searched.
  struct groups {
    struct group {
      std::string name;  ///< empty: it has a number only
      std::string_view text;
    };
    std::vector<group> all;

    /// `text` with `$1`, `${1}`, `$name` and `${name}` replaced (of what is none: by nothing), and
    /// `$$` by `$`, as Go's Regexp.Expand does.
    std::string expand(std::string_view text) const;
  };
  outcome search(std::string_view text, groups* into) const;

  const std::string& source() const noexcept { return source_; }
  bool empty() const noexcept { return source_.empty(); }

 private:
  struct compiled;
  std::string source_;
  std::shared_ptr<const compiled> compiled_;
};

}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::re2_pattern>();
