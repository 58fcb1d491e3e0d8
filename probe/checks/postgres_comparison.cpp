#include <boost/json/value.hpp>

#include "probe/checks/kind_comparisons.hpp"

namespace probe {
namespace {

namespace json = boost::json;

class postgres_comparison {
 public:
  postgres_comparison(const json::object& answer, const template_text::lookup& values,
                      std::vector<mismatch>& found)
      : answer_(answer), values_(values), found_(found) {}

  void count(const postgres_expectation& e) {
    const auto n = answer_.at("count").to_number<std::int64_t>();
    std::string expected;
    if (e.rows && n != *e.rows) expected = std::to_string(*e.rows);
    if (e.at_least && n < *e.at_least) expected = "at least " + std::to_string(*e.at_least);
    if (e.at_most && n > *e.at_most) expected = "at most " + std::to_string(*e.at_most);
    if (!expected.empty()) add(std::to_string(n) + " rows, expected " + expected);
  }

  void column(const column_expectation& e) {
    const auto& rows = answer_.at("rows").as_array();
    if (e.row && *e.row >= static_cast<std::int64_t>(rows.size()))
      return void(add("no row " + std::to_string(*e.row) + " to look for column " + e.column));
    if (rows.empty()) return void(add("no row to look for column " + e.column));
    const auto first = static_cast<std::size_t>(e.row.value_or(0));
    const auto last = e.row ? first + 1 : rows.size();
    for (std::size_t i = first; i < last && value(e, rows[i].as_object(), i); ++i) continue;
  }

 private:
  /// Whether the next row is to be looked at: one that is wrong says enough.
  bool value(const column_expectation& e, const json::object& row, std::size_t index) {
    const std::string subject = "column " + e.column + " of row " + std::to_string(index);
    const auto* is = row.if_contains(e.column);
    if (!is) return add("there is no column " + e.column);
    if (e.is_null && is->is_null() != *e.is_null)
      return add(subject + " is " + brief(*is) + ", expected " + (*e.is_null ? "null" : "a value"));
    const auto text = text_of(*is);
    if (e.equals) {
      const auto right = expected_text(*e.equals, values_, failure_reason::rows, found_);
      if (!right) return false;
      if (text != *right) return add(subject + " is " + brief(*is) + ", expected " + brief(*right));
    }
    if (e.matches && (!text || !e.matches->matches(*text)))
      return add(subject + " is " + brief(*is) + ", expected a match of " + e.matches->source());
    return true;
  }
  static std::optional<std::string> text_of(const json::value& value) {
    return value.is_structured() ? std::nullopt : scalar_text(value);
  }
  bool add(std::string what) {
    found_.push_back({failure_reason::rows, std::move(what)});
    return false;
  }

  const json::object& answer_;
  const template_text::lookup& values_;
  std::vector<mismatch>& found_;
};

}  // namespace

void compare_postgres(const postgres_expectation& expected, const seen& answer,
                      const template_text::lookup& values, std::vector<mismatch>& found) {
  postgres_comparison against(answer.json()->as_object(), values, found);
  against.count(expected);
  for (const auto& column : expected.values) against.column(column);
}

}  // namespace probe
