#include "api/isin.hpp"
#include "api/postgres/seed.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

/// Whatever is loaded has a valid ISIN and is whole; a line is loaded or a problem, never neither.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  core::problems found;
  const auto securities = api::parse_securities_csv("fuzz.csv", text, found);
  for (const auto& s : securities) {
    require(api::valid_isin(s.what.isin) && !s.what.name.empty() && !s.source.empty());
    require(s.what.country.size() == 2 && s.what.currency.size() == 3 && !s.what.sector.empty());
  }
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  // The header is one of them, and what ends with a line end has an empty one behind it.
  const auto rows = lines - 1 - (text.ends_with('\n') ? 1 : 0);
  require(securities.size() + found.list().size() <= std::max<std::size_t>(1, rows));
  for (const auto& p : found.list())
    require(p.line >= 1 && static_cast<std::size_t>(p.line) <= lines && !p.what.empty());
  return 0;
}
