#include "probe/format/postgres_request.hpp"

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

constexpr std::int64_t most_rows = 1'000'000'000;

void check_request(const postgres_request& q, const node& from, reading& r) {
  if (q.query.source().find_first_not_of(" \t\r\n") == std::string::npos)
    r.found.add(place_of(from, "query"), "no statement", "such as SELECT 1");
}

void check_column(const column_expectation& c, const node& from, reading& r) {
  if (!c.equals && !c.matches && !c.is_null)
    r.found.add(from.at, "nothing is expected of the column", "equals, matches or is_null");
  if (c.is_null == true && (c.equals || c.matches))
    r.found.add(place_of(from, "is_null"), "null is expected to be something",
                "is_null: true alone");
}

void check_expectation(const postgres_expectation& e, const node& from, reading& r) {
  if (e.rows && (e.at_least || e.at_most))
    r.found.add(place_of(from, "rows"), "both rows and a bound", "rows alone");
  if (e.at_least && e.at_most && *e.at_least > *e.at_most)
    r.found.add(place_of(from, "at_least"), "at_least is more than at_most", "at most at_most");
}

}  // namespace

void postgres_request::describe(core::fields<postgres_request>& f) {
  f.required("url", &postgres_request::url,
             "The server: postgresql://user:${secret.NAME}@host/database, or keywords and values "
             "(host=… password='${secret.NAME}'). References are quoted as either needs it.");
  f.optional("query", &postgres_request::query,
             "One statement; values go in by parameters, references here are put in as they are.");
  f.optional("parameters", &postgres_request::parameters, "Values of $1, $2 and so on.");
  f.check(check_request);
}

void postgres_request::collect(text_list& into) const {
  into.push_back(&url);
  into.push_back(&query);
  for (const auto& p : parameters) into.push_back(&p);
}

void column_expectation::describe(core::fields<column_expectation>& f) {
  f.required("column", &column_expectation::column, "Name of the column.");
  f.optional("row", &column_expectation::row, "Which row, from 0; without it all of them.")
      .range<std::int64_t, std::int64_t>(0, most_rows);
  f.optional(
      "equals", &column_expectation::equals,
      "The exact value: text, numeric and times as PostgreSQL writes them, the rest as JSON does.");
  f.optional("matches", &column_expectation::matches, "A regular expression found in the value.");
  f.optional("is_null", &column_expectation::is_null,
             "Whether the value must, or must not, be null.");
  f.check(check_column);
}

void postgres_expectation::describe(core::fields<postgres_expectation>& f) {
  f.optional("rows", &postgres_expectation::rows, "How many rows there must be.")
      .range<std::int64_t, std::int64_t>(0, most_rows);
  f.optional("at_least", &postgres_expectation::at_least, "Fewest rows.")
      .range<std::int64_t, std::int64_t>(0, most_rows);
  f.optional("at_most", &postgres_expectation::at_most, "Most rows.")
      .range<std::int64_t, std::int64_t>(0, most_rows);
  f.optional("values", &postgres_expectation::values, "What values must be.");
  f.check(check_expectation);
}

void postgres_expectation::collect(text_list& into) const {
  for (const auto& v : values)
    if (v.equals) into.push_back(&*v.equals);
}

}  // namespace probe
