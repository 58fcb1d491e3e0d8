#include "core/chunked.hpp"

#include <algorithm>

#include "core/token.hpp"

namespace core {
namespace {

constexpr std::uint8_t max_digits = 15;

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_text(char c) noexcept {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

}  // namespace

chunked_scanner::state chunked_scanner::after_size(char c) noexcept {
  if (const int digit = hex_value(c); digit >= 0) {
    if (digits_ == max_digits) return state::bad;
    ++digits_;
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return state::size;
  }
  if (digits_ == 0) return state::bad;
  if (c == '\r') return state::size_lf;
  overhead_ = 0;
  return c == ';' ? state::extension : state::bad;
}

chunked_scanner::state chunked_scanner::after_trailer(char c) noexcept {
  if (++overhead_ > max_trailers) return state::bad;
  switch (state_) {
    case state::trailer_start:
      if (c == '\r') return state::end_lf;
      return is_token_char(c) ? state::trailer_name : state::bad;
    case state::trailer_name:
      if (c == ':') return state::trailer;
      return is_token_char(c) ? state::trailer_name : state::bad;
    default:
      if (c == '\r') return state::trailer_lf;
      return is_text(c) ? state::trailer : state::bad;
  }
}

chunked_scanner::state chunked_scanner::after(char c) noexcept {
  switch (state_) {
    case state::size: return after_size(c);
    case state::extension:
      if (c == '\r') return state::size_lf;
      return is_text(c) && ++overhead_ <= max_extension ? state::extension : state::bad;
    case state::size_lf:
      overhead_ = 0;
      if (c != '\n') return state::bad;
      return left_ == 0 ? state::trailer_start : state::payload;
    case state::payload_cr: return c == '\r' ? state::payload_lf : state::bad;
    case state::payload_lf: digits_ = 0; return c == '\n' ? state::size : state::bad;
    case state::trailer_start:
    case state::trailer_name:
    case state::trailer: return after_trailer(c);
    case state::trailer_lf: return c == '\n' ? state::trailer_start : state::bad;
    case state::end_lf: return c == '\n' ? state::done : state::bad;
    case state::payload:
    case state::done:
    case state::bad: break;
  }
  return state_;
}

chunked_scanner::step chunked_scanner::next(std::string_view input) noexcept {
  step s;
  while (s.consumed < input.size() && state_ < state::done && state_ != state::payload) {
    state_ = after(input[s.consumed]);
    if (state_ != state::bad) ++s.consumed;
  }
  if (state_ == state::payload) {
    const auto run = std::min<std::uint64_t>(left_, input.size() - s.consumed);
    s.payload = input.substr(s.consumed, run);
    s.consumed += s.payload.size();
    left_ -= run;
    if (left_ == 0) state_ = state::payload_cr;
  }
  s.done = state_ == state::done;
  s.bad = state_ == state::bad;
  return s;
}

chunked_scanner::step chunked_scanner::skip(std::string_view input) noexcept {
  step all;
  do {
    const auto s = next(input.substr(all.consumed));
    all.consumed += s.consumed;
    all.done = s.done;
    all.bad = s.bad;
  } while (all.consumed < input.size() && !all.done && !all.bad);
  return all;
}

}  // namespace core
