#include "api/postgres/security_repository.hpp"

#include <algorithm>
#include <pqxx/pqxx>

#include "api/postgres/database.hpp"

namespace api {
namespace {

constexpr const char* find_statement = "find security";

security to_security(const pqxx::row& row) {
  return {row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str()};
}

std::vector<security> list_securities(pqxx::connection_base& connection,
                                      const list_statement& statement) {
  pqxx::nontransaction read(connection);
  const auto parameters = pqxx::prepare::make_dynamic_params(statement.parameters);
  const pqxx::result rows = statement.name.empty() ? read.exec_params(statement.sql, parameters)
                                                   : read.exec_prepared(statement.name, parameters);
  std::vector<security> found;
  found.reserve(rows.size());
  for (const auto& row : rows) found.push_back(to_security(row));
  return found;
}

std::optional<security> find_security(pqxx::connection_base& connection, const std::string& isin) {
  pqxx::nontransaction read(connection);
  const pqxx::result rows = read.exec_prepared(find_statement, isin);
  if (rows.empty()) return std::nullopt;
  return to_security(rows[0]);
}

// The characters that LIKE takes for its own are what the user meant.
std::string escaped_for_like(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

bool is_isin_character(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

// In capitals; "" for a text that no ISIN begins with.
std::string beginning_of_isin(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const bool good =
      text.size() <= 12 && std::all_of(text.begin(), text.end(), is_isin_character) &&
      std::none_of(text.begin(), text.begin() + std::min<std::ptrdiff_t>(2, std::ssize(text)),
                   [](char c) { return c <= '9'; });
  return good ? text : std::string();
}

/// Puts a statement together; what it needs as a parameter gets a place.
class statement_writer {
 public:
  explicit statement_writer(list_statement& statement) : statement_(statement) {}

  std::string place(std::string value) {
    statement_.parameters.push_back(std::move(value));
    return "$" + std::to_string(statement_.parameters.size());
  }
  void filter(const char* column, const std::string& value) {
    if (value.empty()) return;
    statement_.name.append(" by ").append(column);
    filters_.append(" AND ").append(column).append(" = ").append(place(value));
  }
  /// One walk in the order of ISINs, with one more condition.
  std::string walk(const std::string& condition) const {
    return "SELECT isin, name, country, sector, currency FROM security WHERE isin > $1::char(12)" +
           filters_ + condition + " ORDER BY isin LIMIT $2::int";
  }

 private:
  list_statement& statement_;
  std::string filters_;
};

}  // namespace

list_statement make_list_statement(const security_page& page) {
  list_statement made{"list securities", "", {page.after, std::to_string(page.limit)}};
  statement_writer write(made);
  write.filter("country", page.country);
  write.filter("sector", page.sector);
  if (page.text.empty()) {
    made.sql = write.walk("");
    return made;
  }
  made.name.clear();
  const std::string pattern = write.place("%" + escaped_for_like(page.text) + "%");
  made.sql = write.walk(" AND lower(name) LIKE lower(" + pattern + ")");
  const std::string isin = beginning_of_isin(page.text);
  if (isin.empty()) return made;
  const std::string from = write.place(isin), to = write.place(isin + '~');  // above any ISIN's
  made.sql = "(" + made.sql + ") UNION (" +
             write.walk(" AND isin >= " + from + "::bpchar AND isin < " + to + "::bpchar") +
             ") ORDER BY isin LIMIT $2::int";
  return made;
}

postgres_security_repository::postgres_security_repository(database& db) : database_(db) {
  for (const char* country : {"", "XX"})
    for (const char* sector : {"", "x"}) {
      auto statement = make_list_statement({"", 1, country, sector, ""});
      db.prepare(std::move(statement.name), std::move(statement.sql));
    }
  db.prepare(
      find_statement,
      "SELECT isin, name, country, sector, currency FROM security WHERE isin = $1::char(12)");
}

core::task<core::result<std::vector<security>>> postgres_security_repository::list(
    call_context call, security_page page) {
  std::function<std::vector<security>(pqxx::connection_base&)> work =
      [statement = make_list_statement(page)](pqxx::connection_base& c) {
        return list_securities(c, statement);
      };
  return database_.run(call.until, std::move(work));
}

core::task<core::result<std::optional<security>>> postgres_security_repository::find(
    call_context call, std::string isin) {
  std::function<std::optional<security>(pqxx::connection_base&)> work =
      [isin = std::move(isin)](pqxx::connection_base& c) { return find_security(c, isin); };
  return database_.run(call.until, std::move(work));
}

}  // namespace api
