#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/config_reader.hpp"
#include "probe/format/pattern.hpp"

namespace probe {

/// What the records of one section of a DNS answer must be. Patterns are looked for in records as
/// master files write them (`a.example.`, TTL, `IN`, `A`, `10.0.0.1`, with tabs between). In
/// brackets the names that blackbox_exporter has for the opposite.
struct record_expectation {
  std::optional<std::int64_t> count;
  std::optional<std::int64_t> at_least;
  std::optional<std::int64_t> at_most;
  std::vector<pattern> every;      ///< each in every record (fail_if_not_matches_regexp)
  std::vector<pattern> any;        ///< one of them in one record (fail_if_none_matches_regexp)
  std::vector<pattern> none;       ///< none of them in any record (fail_if_matches_regexp)
  std::vector<pattern> not_every;  ///< one is missing in one record (fail_if_all_match_regexp)

  static void describe(core::fields<record_expectation>& f);
};

}  // namespace probe
