#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace probe {

/// The number that so many hex digits at `at` are; -1 when they are none.
int hex_number(std::string_view text, std::size_t at, std::size_t digits) noexcept;

/// Follows a secret through a text in all spellings at once: as it is, percent-encoded (any amount
/// of it, either case, `+` for a blank), as JSON, as JSON in JSON, and in HTML. Keeps, for every
/// number of bytes of the secret, the places in the text where one can be behind them.
///
/// A backslash is spelled by one, by two, four … of them, by `%5C` or `\u005C`, so a run of them
/// has more readings than can be followed. Which one it is does not matter: any run of spellings
/// that is at least as long counts as the secret's, up to each place where what follows could
/// begin.
class spelling_matcher {
 public:
  /// A beginning of so many bytes is no accident.
  static constexpr std::size_t no_accident = 8;

  /// Both outlive it; `secret` is not empty.
  spelling_matcher(std::string_view text, std::string_view secret);

  /// How much of the text from `at` on spells the secret or a beginning of it that is no accident;
  /// 0 for none.
  std::size_t match(std::size_t at);

 private:
  void find_backslashes();
  void reach(std::size_t i, std::size_t place);
  void step(std::size_t i, std::size_t at);
  void escaped(std::size_t i, std::size_t at);
  void backslashes(std::size_t i, std::size_t at);

  std::string_view text_, secret_;
  std::vector<std::vector<std::size_t>> places_;
  std::size_t furthest_ = 0;  // place that may not be empty
  // For each place of the text the end of the backslashes there, as they are and in any spelling;
  // empty when the secret has none.
  std::vector<std::size_t> plain_end_, spelled_end_;
};

/// The next place of a text from `at` on where a spelling of the secret may begin; npos for none.
std::size_t next_start(std::string_view text, std::string_view secret, std::size_t at) noexcept;

}  // namespace probe
