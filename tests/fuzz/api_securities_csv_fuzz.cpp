#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/isin.hpp"
#include "api/postgres/seed.hpp"

/// Whatever is loaded has a valid ISIN and is whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  core::problems found;
  const auto securities =
      api::parse_securities_csv("fuzz.csv", {reinterpret_cast<const char*>(data), size}, found);
  for (const auto& s : securities) {
    if (!api::valid_isin(s.what.isin) || s.what.name.empty() || s.source.empty()) std::abort();
    if (s.what.country.size() != 2 || s.what.currency.size() != 3) std::abort();
  }
  return 0;
}
