#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "api/isin.hpp"
#include "api/postgres/database.hpp"
#include "api/postgres/security_repository.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/integration/api_database_fixture.hpp"

namespace {

using tests::in_time;
using tests::run;
using texts = std::vector<std::string>;

// Small letters; of those beyond ASCII, the ones that the names here have.
std::string small(std::string text) {
  static const std::pair<std::string, std::string> others[] = {{"Ö", "ö"}, {"É", "é"}, {"Å", "å"}};
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const auto& [capital, letter] : others)
    for (auto at = text.find(capital); at != std::string::npos; at = text.find(capital, at))
      text.replace(at, capital.size(), letter);
  return text;
}

/// What the contract of the list says, by a walk over all securities in memory.
texts expected(const std::vector<api::security>& all, const api::security_page& page) {
  texts isins;
  const auto wanted = small(page.text);
  for (const auto& s : all) {
    if (s.isin <= page.after) continue;
    if (!page.country.empty() && s.country != page.country) continue;
    if (!page.sector.empty() && s.sector != page.sector) continue;
    const bool named = small(s.name).find(wanted) != std::string::npos;
    if (!named && !small(s.isin).starts_with(wanted)) continue;
    isins.push_back(s.isin);
  }
  if (isins.size() > static_cast<std::size_t>(page.limit))
    isins.resize(static_cast<std::size_t>(page.limit));
  return isins;
}

/// Securities of the shipped data, generated ones, and some whose names are hard to look for.
class security_list : public tests::with_postgres {
 protected:
  static void SetUpTestSuite() {
    with_postgres::SetUpTestSuite();
    if (!postgres) return;
    const std::string path = REMORA_SOURCE_DIR "/api/data/securities.csv";
    std::ifstream in(path);
    const std::string csv{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    core::problems found;
    auto seed = api::parse_securities_csv(path, csv, found);
    ASSERT_TRUE(found.empty()) << found.to_string();
    ASSERT_GT(seed.size(), 100u);
    std::uint32_t number = 1'000'000;
    for (const char* name : {"100% Foo_Bar\\Baz", "100x FooyBar/Baz", "a_b", "axb", "a\\_b", "%",
                             "_", "\\", "'quoted'", "ÖL und GAS", "öl", "Été SÉRIEUX", "Ålesund",
                             "US03783", "de", "$1", "x~y", "  two  "})
      seed.push_back({{api::generated_isin(number++), name, "XX", "Odd & strange", "EUR"}, "test"});
    pqxx::connection owner(postgres->owner_url());
    api::load_securities(owner, seed);
    api::fill_securities(owner, static_cast<std::int64_t>(seed.size()) + 100);
    for (const auto& row :
         as_owner("SELECT isin, name, country, sector, currency FROM security ORDER BY isin"))
      all.push_back(
          {row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str()});
  }
  static void TearDownTestSuite() { all.clear(); }

  texts listed(const api::security_page& page) {
    const auto found = run(loop, securities.list(in_time(), page));
    EXPECT_TRUE(found) << found.error().message();
    texts isins;
    if (found)
      for (const auto& s : *found) isins.push_back(s.isin);
    return isins;
  }
  void expect_the_same(const api::security_page& page) {
    EXPECT_EQ(listed(page), expected(all, page))
        << "after='" << page.after << "' limit=" << page.limit << " country='" << page.country
        << "' sector='" << page.sector << "' q='" << page.text << "'";
  }
  static api::security_page looking_for(std::string text) {
    api::security_page page;
    page.limit = 1000;
    page.text = std::move(text);
    return page;
  }

  inline static std::vector<api::security> all;  // in the order of their ISINs
  tests::loop loop;
  std::optional<api::database> db{std::in_place, loop.worker(),
                                  postgres ? config_of("remora_reader") : api::postgres_config()};
  api::postgres_security_repository securities{*db};
};

/// Makes up what somebody may ask for.
class asking {
 public:
  explicit asking(const std::vector<api::security>& all) : all_(all) {}

  api::security_page any() {
    api::security_page page;
    page.limit = 1 + number(60);
    if (one_in(2)) page.after = somebody().isin;
    if (one_in(8)) page.after = api::generated_isin(static_cast<std::uint32_t>(number(2'000'000)));
    if (one_in(3)) page.country = one_in(6) ? "QQ" : somebody().country;
    if (one_in(3)) page.sector = one_in(6) ? "No such one" : somebody().sector;
    if (one_in(2)) page.text = text();
    return page;
  }

 private:
  int number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  bool one_in(int n) { return number(n) == 0; }
  const api::security& somebody() {
    return all_[static_cast<std::size_t>(number(static_cast<int>(all_.size())))];
  }
  std::string text() {
    static const char* const odd[] = {"%%", "__", "%a", "a_", "\\\\", "\\%", "' OR",
                                      "$1", "~~", "Ö",  "öL", "É",    "  ",  "~"};
    if (one_in(6)) return odd[number(std::size(odd))];
    if (one_in(3)) {
      std::string isin = somebody().isin.substr(0, 2 + static_cast<std::size_t>(number(11)));
      return one_in(2) ? isin : small(isin);
    }
    // A part of a name, whole characters of ASCII, in any case.
    const std::string& name = somebody().name;
    std::string part = name.substr(static_cast<std::size_t>(number(static_cast<int>(name.size()))),
                                   2 + static_cast<std::size_t>(number(6)));
    std::erase_if(part, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (part.size() < 2) return "an";
    for (char& c : part)
      if (one_in(2) && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return part;
  }

  const std::vector<api::security>& all_;
  std::mt19937 random_{20260203};
};

TEST_F(security_list, gives_what_a_plain_walk_over_all_of_them_gives) {
  asking questions(all);
  int not_empty = 0;
  for (int i = 0; i < 1500; ++i) {
    const auto page = questions.any();
    expect_the_same(page);
    if (HasFailure()) break;
    if (!expected(all, page).empty()) ++not_empty;
  }
  EXPECT_GT(not_empty, 500);  // it was worth asking
}

TEST_F(security_list, takes_the_characters_of_patterns_for_themselves) {
  for (const char* text :
       {"%", "_", "\\", "100%", "0% f", "a_b", "foo_bar", "\\_", "\\b", "'", "$1"})
    expect_the_same(looking_for(text));
  EXPECT_EQ(listed(looking_for("a_b")).size(), 1u);
  EXPECT_EQ(listed(looking_for("0%")).size(), 1u);
  EXPECT_EQ(listed(looking_for("\\")).size(), 3u);
}

TEST_F(security_list, finds_names_in_any_case_also_beyond_ascii) {
  EXPECT_EQ(listed(looking_for("öl")).size(), listed(looking_for("ÖL")).size());
  for (const char* text : {"öl", "ÖL und", "été", "ÉTÉ sér", "ÅLE", "APPLE", "apple inc."})
    expect_the_same(looking_for(text));
}

TEST_F(security_list, finds_isins_by_their_beginning_in_any_case_and_not_by_their_middle) {
  for (const char* text : {"US", "us0378", "US0378331005", "US03783310055", "0378", "DE000", "ZZ",
                           "zz000", "12", "u", "US~", "US 0"})
    expect_the_same(looking_for(text));
  const auto found = listed(looking_for("us0378331005"));
  EXPECT_EQ(found, texts{"US0378331005"});
}

TEST_F(security_list, page_after_page_gives_everything_once) {
  for (const char* text : {"", "an", "zz"}) {
    auto page = looking_for(text);
    const auto at_once = listed(page);
    texts pieces;
    page.limit = 7;
    for (auto piece = listed(page); !piece.empty(); piece = listed(page)) {
      pieces.insert(pieces.end(), piece.begin(), piece.end());
      page.after = piece.back();
    }
    EXPECT_EQ(pieces, at_once) << text;
    EXPECT_TRUE(std::is_sorted(at_once.begin(), at_once.end()));
  }
}

TEST_F(security_list, needs_no_more_of_a_filter_than_it_says) {
  api::security_page page;
  page.limit = 1000;
  page.country = "XX";
  page.sector = "Odd & strange";
  EXPECT_EQ(listed(page).size(), 18u);
  page.sector = "Odd";  // the whole sector, not a part of it
  EXPECT_TRUE(listed(page).empty());
  page.sector = "odd & strange";
  EXPECT_TRUE(listed(page).empty());
}

}  // namespace
