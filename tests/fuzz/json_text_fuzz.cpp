#include <bit>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <string>

#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/problem_details.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

boost::json::value parsed(const std::string& text) {
  boost::system::error_code error;
  auto value = boost::json::parse(text, error);
  require(!error);
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  return value;
}

std::string_view string_in(const boost::json::value& value) {
  return {value.get_string().data(), value.get_string().size()};
}

void check_string(std::string_view text) {
  const auto written = core::json_string(text);
  const auto value = parsed(written);
  require(core::json_string(string_in(value)) == written);
  // Boost.JSON accepts bytes in a string if, and only if, they are UTF-8.
  boost::system::error_code not_utf8;
  std::string plain = "\"";
  for (const char c : text)
    plain += static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' ? ' ' : c;
  boost::json::parse(plain + '"', not_utf8);
  const bool replaced = string_in(value) != text;
  require(replaced == static_cast<bool>(not_utf8));
}

void check_number(std::string_view bytes) {
  double number = 0;
  bytes.copy(reinterpret_cast<char*>(&number), sizeof number);
  std::string written;
  core::append_json_number(written, number);
  const auto value = parsed(written);
  require(value.is_number() == std::isfinite(number));
  if (!std::isfinite(number)) return;
  double again = 0;
  std::from_chars(written.data(), written.data() + written.size(), again);
  require(std::bit_cast<std::uint64_t>(again) == std::bit_cast<std::uint64_t>(number));
}

}  // namespace

/// Whatever bytes come from outside, what is written of them in answers and logs is JSON on one
/// line, and says the same when it is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_string(text);
  check_number(text);
  const auto line = parsed(core::logger::format("fuzz", core::log_level::info, 0, text,
                                                {{"path", text}, {"bytes", size}}, nullptr));
  require(core::json_string(string_in(line.at("path"))) == core::json_string(text));
  const auto problem = parsed(core::problem_response(400, text, text).body);
  require(problem.at("status") == 400);
  return 0;
}
