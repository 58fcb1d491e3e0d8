#include "api/postgres/seed.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <pqxx/pqxx>

#include "api/isin.hpp"

namespace api {
namespace {

constexpr std::array sectors{"Communication Services",
                             "Consumer Discretionary",
                             "Consumer Staples",
                             "Energy",
                             "Financials",
                             "Health Care",
                             "Industrials",
                             "Information Technology",
                             "Materials",
                             "Real Estate",
                             "Utilities"};

const std::vector<std::string> header{"isin", "name", "country", "sector", "currency", "source"};

/// Splits CSV into records; a quoted field may hold commas, doubled quotes and line ends.
class csv_reader {
 public:
  explicit csv_reader(std::string_view text) : text_(text) {}

  /// False at the end. `line` is where the record begins, from 1.
  bool next(std::vector<std::string>& record, int& line) {
    record.clear();
    malformed_ = false;
    if (text_.empty()) return false;
    line = line_;
    for (bool more = true; more;) {
      record.emplace_back();
      more = text_.starts_with('"') ? quoted(record.back()) : plain(record.back());
    }
    return true;
  }
  /// Whether the last record has a quote that is not closed, or text behind a closing one.
  bool malformed() const noexcept { return malformed_; }

 private:
  // Both give whether another field follows in this record.
  bool plain(std::string& field) {
    const auto end = std::min(text_.find_first_of(",\n"), text_.size());
    field = text_.substr(0, end);
    if (field.ends_with('\r')) field.pop_back();
    text_.remove_prefix(end);
    return separator();
  }
  bool quoted(std::string& field) {
    text_.remove_prefix(1);
    bool closed = false;
    while (!text_.empty() && !closed) {
      const char c = text_.front();
      text_.remove_prefix(1);
      closed = c == '"' && !text_.starts_with('"');
      if (closed) break;
      if (c == '"') text_.remove_prefix(1);
      if (c == '\n') ++line_;
      field.push_back(c);
    }
    // What stands between the closing quote and the separator belongs to no field.
    std::string behind;
    const bool more = plain(behind);
    malformed_ = malformed_ || !closed || !behind.empty();
    return more;
  }
  bool separator() {
    if (text_.empty()) return false;
    const char c = text_.front();
    text_.remove_prefix(1);
    if (c == '\n') ++line_;
    return c == ',';
  }

  std::string_view text_;
  int line_ = 1;
  bool malformed_ = false;
};

bool capitals(std::string_view text, std::size_t size) {
  return text.size() == size &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string problem_of(const seed_security& s) {
  if (!valid_isin(s.what.isin)) return "'" + s.what.isin + "' is no valid ISIN";
  if (s.what.name.empty()) return "the name is empty";
  if (!capitals(s.what.country, 2)) return "'" + s.what.country + "' is no country code";
  if (!capitals(s.what.currency, 3)) return "'" + s.what.currency + "' is no currency code";
  if (s.what.sector.empty() || s.source.empty()) return "sector or source is empty";
  return {};
}

std::string decimal(int hundredths) {
  char text[16];
  std::snprintf(text, sizeof text, "%d.%02d", hundredths / 100, hundredths % 100);
  return text;
}

}  // namespace

std::vector<seed_security> parse_securities_csv(const std::string& file_name, std::string_view text,
                                                core::problems& out) {
  std::vector<seed_security> securities;
  csv_reader reader(text);
  std::vector<std::string> record;
  int line = 1;
  if (!reader.next(record, line) || record != header) {
    out.add({file_name, line, 1}, "wrong header", "isin,name,country,sector,currency,source");
    return securities;
  }
  while (reader.next(record, line)) {
    const core::position at{file_name, line, 1};
    if (reader.malformed()) {
      out.add(at, "an open quote, or text behind a closing one",
              "\"text\" and then a comma or the end of the line");
      continue;
    }
    if (record.size() != header.size()) {
      out.add(at, std::to_string(record.size()) + " fields", "6 fields");
      continue;
    }
    seed_security s{{record[0], record[1], record[2], record[3], record[4]}, record[5]};
    if (const std::string problem = problem_of(s); !problem.empty())
      out.add(at, problem);
    else
      securities.push_back(std::move(s));
  }
  return securities;
}

seed_security generated_security(std::uint32_t number) {
  return {{generated_isin(number), "Generated security " + std::to_string(number), "ZZ",
           sectors[number % sectors.size()], "XXX"},
          "generated"};
}

std::int64_t load_securities(pqxx::connection_base& connection,
                             const std::vector<seed_security>& securities) {
  pqxx::work work(connection);
  work.exec(
      "CREATE TEMPORARY TABLE incoming (isin char(12), name text, country text, sector text,"
      " currency text, source text, value numeric) ON COMMIT DROP");
  const std::vector<std::string> columns{"isin",     "name",   "country", "sector",
                                         "currency", "source", "value"};
  pqxx::stream_to stream(work, "incoming", columns);
  for (const auto& s : securities)
    stream << std::make_tuple(s.what.isin, s.what.name, s.what.country, s.what.sector,
                              s.what.currency, s.source,
                              decimal(illustrative_score_hundredths(s.what.isin)));
  stream.complete();
  const auto before = work.exec1("SELECT count(*) FROM security")[0].as<std::int64_t>();
  work.exec(
      "INSERT INTO security (isin, name, country, sector, currency, source)"
      " SELECT isin, name, country, sector, currency, source FROM incoming"
      " ON CONFLICT (isin) DO UPDATE SET name = excluded.name, country = excluded.country,"
      " sector = excluded.sector, currency = excluded.currency, source = excluded.source");
  work.exec(
      "INSERT INTO score (isin, value, as_of, illustrative)"
      " SELECT isin, value, '2026-01-01T00:00:00Z', true FROM incoming"
      " ON CONFLICT (isin) DO NOTHING");
  const auto after = work.exec1("SELECT count(*) FROM security")[0].as<std::int64_t>();
  work.commit();
  return after - before;
}

std::int64_t fill_securities(pqxx::connection_base& connection, std::int64_t total) {
  constexpr std::int64_t batch_size = 50'000;
  std::int64_t there = 0;
  std::uint32_t next = 0;
  {
    pqxx::nontransaction read(connection);
    const auto row =
        read.exec1("SELECT count(*), count(*) FILTER (WHERE source = 'generated') FROM security");
    there = row[0].as<std::int64_t>();
    next = row[1].as<std::uint32_t>();
  }
  std::int64_t added = 0;
  while (there + added < total) {
    std::vector<seed_security> batch;
    for (auto left = std::min(batch_size, total - there - added); left > 0; --left)
      batch.push_back(generated_security(next++));
    added += load_securities(connection, batch);
  }
  if (added > 0) pqxx::nontransaction(connection).exec("ANALYZE security; ANALYZE score");
  return added;
}

}  // namespace api
