#include "core/sqlstate.hpp"

#include <algorithm>

namespace core {
namespace {

std::string text_of(int value) {
  static constexpr char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string text(5, '0');
  for (std::size_t i = 5; i-- > 0; value /= 36) text[i] = digits[value % 36];
  return text;
}

class sqlstates final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "postgresql"; }
  std::string message(int value) const override { return "SQLSTATE " + text_of(value); }
};

}  // namespace

const boost::system::error_category& sqlstate_category() noexcept {
  static const sqlstates category;
  return category;
}

core::error_code sqlstate_error(std::string_view sqlstate) noexcept {
  int value = 0;
  for (const char c : sqlstate.substr(0, 5)) {
    const bool digit = c >= '0' && c <= '9';
    const bool capital = c >= 'A' && c <= 'Z';
    value = value * 36 + (digit ? c - '0' : capital ? c - 'A' + 10 : 0);
  }
  return {value, sqlstate_category()};
}

std::string sqlstate(const error_code& error) {
  return error.category() == sqlstate_category() ? text_of(error.value()) : std::string();
}

std::string_view sqlstate_in(std::string_view message) noexcept {
  const auto line = message.substr(0, message.find('\n'));
  const auto at = line.find(":  ");
  if (at == std::string_view::npos) return {};
  const auto state = line.substr(at + 3, 5);
  const bool whole = state.size() == 5 && line.substr(at + 8).starts_with(':');
  const auto allowed = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
  return whole && std::all_of(state.begin(), state.end(), allowed) ? state : std::string_view();
}

bool is_data_error(const error_code& error) {
  const std::string state = sqlstate(error);
  return state.starts_with("22") || state.starts_with("23");
}

}  // namespace core
