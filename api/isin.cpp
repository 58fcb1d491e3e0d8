#include "api/isin.hpp"

#include <algorithm>

namespace api {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}

// The digits of `text` from the right, every second one doubled, beginning with the first.
int luhn_sum(std::string_view text) noexcept {
  int sum = 0;
  bool doubled = true;
  const auto add = [&](int digit) {
    const int counted = doubled ? 2 * digit : digit;
    sum += counted > 9 ? counted - 9 : counted;
    doubled = !doubled;
  };
  for (auto c = text.rbegin(); c != text.rend(); ++c) {
    if (is_digit(*c)) {
      add(*c - '0');
    } else {
      const int value = *c - 'A' + 10;
      add(value % 10);
      add(value / 10);
    }
  }
  return sum;
}

}  // namespace

char isin_check_digit(std::string_view first_eleven) noexcept {
  return static_cast<char>('0' + (10 - luhn_sum(first_eleven) % 10) % 10);
}

bool valid_isin(std::string_view text) noexcept {
  if (text.size() != 12 || !is_capital(text[0]) || !is_capital(text[1])) return false;
  const auto body = text.substr(0, 11);
  const auto allowed = [](char c) { return is_digit(c) || is_capital(c); };
  return std::all_of(body.begin(), body.end(), allowed) && text[11] == isin_check_digit(body);
}

std::string generated_isin(std::uint32_t number) {
  const std::string digits = std::to_string(number);
  std::string isin = "ZZ" + std::string(9 - std::min<std::size_t>(9, digits.size()), '0') + digits;
  isin.push_back(isin_check_digit(isin));
  return isin;
}

int illustrative_score_hundredths(std::string_view isin) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, then mixed: its low bits alone are regular
  for (const char c : isin) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash ^= hash >> 33;
  return static_cast<int>(hash % 10001);
}

}  // namespace api
