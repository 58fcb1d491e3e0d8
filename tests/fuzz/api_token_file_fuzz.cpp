#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/http/token_file.hpp"

/// A file never grants more tokens than it has lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  core::problems found;
  const auto tokens = api::token_file::parse("fuzz", text, found);
  std::size_t lines = 1;
  for (const char c : text) lines += c == '\n';
  if (tokens.size() > lines) std::abort();
  return 0;
}
