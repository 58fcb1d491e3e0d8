#include "probe/checks/postgres_rows.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <pqxx/pqxx>
#include <string_view>

#include "core/json_text.hpp"

namespace probe {
namespace {

// pg_type.dat of PostgreSQL.
constexpr std::array<pqxx::oid, 6> number_types{20, 21, 23, 26, 700, 701};
constexpr pqxx::oid boolean_type = 16;
constexpr std::array<pqxx::oid, 2> json_types{114, 3802};

template <std::size_t n>
bool is_one_of(const std::array<pqxx::oid, n>& types, pqxx::oid type) noexcept {
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// Not NaN, and not infinite.
bool is_number(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

/// It also has to be read as a part of the whole, which takes some of the depth there may be.
bool is_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth -= 8;
  boost::system::error_code error;
  boost::json::parse(text, error, {}, options);
  return !error;
}

std::string value_json(const pqxx::field& field) {
  if (field.is_null()) return "null";
  const std::string_view text(field.c_str(), field.size());
  const pqxx::oid type = field.type();
  if (type == boolean_type) return text == "t" ? "true" : "false";
  if (is_one_of(number_types, type) && is_number(text)) return std::string(text);
  if (is_one_of(json_types, type) && is_json(text)) return std::string(text);
  return core::json_string(text);
}

std::string row_json(const pqxx::row& row) {
  std::string out = "{";
  for (const auto& field : row) {
    if (out.size() > 1) out += ',';
    core::append_json_string(out, field.name());
    out += ':' + value_json(field);
  }
  return out + '}';
}

}  // namespace

std::string rows_json(const pqxx::result& rows) {
  const auto count = rows.columns() == 0 ? rows.affected_rows() : rows.size();
  std::string out = "{\"count\":" + std::to_string(count) + ",\"columns\":[";
  for (pqxx::row::size_type i = 0; i < rows.columns(); ++i) {
    if (i > 0) out += ',';
    core::append_json_string(out, rows.column_name(i));
  }
  out += "],\"rows\":[";
  int shown = 0;
  for (const auto& row : rows) {
    if (shown == most_rows_shown) break;
    out += (shown++ > 0 ? "," : "") + row_json(row);
  }
  return out + "]}";
}

}  // namespace probe
