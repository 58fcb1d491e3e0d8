#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/types.hpp"
#include "core/document.hpp"

namespace pqxx {
class connection_base;
}

namespace api {

/// A security to load, and where it is from.
struct seed_security {
  security what;
  std::string source;
};

/// Reads CSV (RFC 4180) with the header `isin,name,country,sector,currency,source`. Every ISIN's
/// check digit is verified; every bad line is a problem.
std::vector<seed_security> parse_securities_csv(const std::string& file_name, std::string_view text,
                                                core::problems& out);

/// The `number`th generated security: made up and saying so in its name and source.
seed_security generated_security(std::uint32_t number);

/// Loads securities, updating those that are there, and gives each that has none an illustrative
/// score: one transaction. Gives how many securities are new.
std::int64_t load_securities(pqxx::connection_base& connection,
                             const std::vector<seed_security>& securities);

/// Adds generated securities until there are `total`, in batches; gives how many were added.
std::int64_t fill_securities(pqxx::connection_base& connection, std::int64_t total);

}  // namespace api
