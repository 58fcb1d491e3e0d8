#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probe/json_pointer.hpp"

// The first line is the pointer, the rest the document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line_end = input.find('\n');
  const auto pointer = probe::json_pointer::parse(input.substr(0, line_end));
  if (!pointer) return 0;
  if (pointer->text() != input.substr(0, line_end)) std::abort();
  if (pointer->text().empty() != pointer->tokens().empty()) std::abort();
  if (line_end == std::string_view::npos) return 0;
  boost::system::error_code error;
  const auto document = boost::json::parse(
      boost::json::string_view(input.data() + line_end + 1, size - line_end - 1), error);
  if (!error) pointer->find(document);
  return 0;
}
