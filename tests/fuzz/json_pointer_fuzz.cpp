#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "probe/json_pointer.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// The tokens escaped again, as RFC 6901 says.
std::string written(const probe::json_pointer& pointer) {
  std::string out;
  for (const auto& token : pointer.tokens()) {
    out += '/';
    for (const char c : token) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return out;
}

}  // namespace

// The first line is the pointer, the rest the document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto line = fuzz::take_until(rest);
  const auto pointer = probe::json_pointer::parse(line);
  if (!pointer) return 0;
  require(pointer->text() == line && written(*pointer) == line);

  boost::system::error_code error;
  const auto document =
      boost::json::parse(boost::json::string_view(rest.data(), rest.size()), error);
  if (error) return 0;
  // Boost's own pointers, which differ in this alone: they refuse to look into what is no
  // container.
  boost::system::error_code not_found;
  const auto* expected = document.find_pointer(line, not_found);
  require(pointer->find(document) == expected);
  return 0;
}
