#pragma once

#include <string>

namespace pqxx {
class result;
}

namespace probe {

/// Most rows that are shown; all are counted.
inline constexpr int most_rows_shown = 1000;

/// What a statement gave, as JSON for pointers: `count` (of rows, or of rows affected), `columns`
/// (their names), and `rows`, a list of objects by column: integers and floats as numbers, booleans
/// as booleans, json and jsonb as what they are, null as null, everything else (numeric too, whose
/// digits would not survive) as text.
std::string rows_json(const pqxx::result& rows);

}  // namespace probe
