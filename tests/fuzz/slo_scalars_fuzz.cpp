#include <cctype>
#include <cmath>
#include <cstdlib>
#include <string>

#include "slo/commands/time_text.hpp"
#include "slo/model/decimal.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

void check_decimal(std::string_view text) {
  const auto value = slo::decimal::parse(text);
  if (!value) return;
  const auto written = value->to_string();
  require(written.size() <= text.size() && slo::decimal::parse(written) == value);
  require(value->to_double() == std::strtod(std::string(text).c_str(), nullptr));
  require(value->complement().complement() == *value);
}

/// `9999-99-99T99:99:99` and so on: the characters of RFC 3339, 5.6, by their kind.
bool has_form(std::string_view text, std::string_view form) {
  return text.size() == form.size() &&
         std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           if (f == '9') return std::isdigit(static_cast<unsigned char>(c)) != 0;
           if (f == 'T') return c == 'T' || c == 't' || c == ' ';
           return c == f;
         });
}

bool is_rfc3339(std::string_view text) {
  constexpr std::string_view seconds = "9999-99-99T99:99:99";
  if (!has_form(text.substr(0, seconds.size()), seconds)) return false;
  text.remove_prefix(seconds.size());
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  return text == "Z" || text == "z" || has_form(text, "+99:99") || has_form(text, "-99:99");
}

void check_time(std::string_view text) {
  const auto at = slo::parse_time(text);
  if (!at) return;
  const bool number = text.find_first_not_of("-0123456789.") == text.npos;
  require(number || is_rfc3339(text));
  constexpr slo::unix_millis year_10000 = 253'402'300'800'000;
  if (*at < 0 || *at >= year_10000) return;
  require(slo::parse_time(slo::format_time(*at)) == *at / 1000 * 1000);
}

}  // namespace

/// Numbers and times as people write them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_decimal(text);
  check_time(text);
  return 0;
}
