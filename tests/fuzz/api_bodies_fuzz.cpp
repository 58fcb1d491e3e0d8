#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <set>
#include <string>

#include "api/http/representations.hpp"
#include "api/http/request_bodies.hpp"
#include "api/isin.hpp"
#include "core/json_text.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// Every error says what, and where: nothing else is wrong with a text that is no JSON.
template <class T>
bool good(const api::parsed<T>& read) {
  if (read) return true;
  require(!read.error().empty());
  for (const auto& e : read.error()) {
    require(!e.what.empty() && (e.pointer.empty() || e.pointer.starts_with('/')));
    require(!e.syntax || read.error().size() == 1);
  }
  return false;
}

/// What is taken as JSON is JSON to others, and is written in a form that reads alike.
void check_json(std::string_view text) {
  const auto read = api::parse_json(text);
  boost::system::error_code error;
  boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (!read) {
    require(!read.error().what.empty());
    require(!read.error().syntax || error);
    return;
  }
  require(!error);
  const auto written = read->to_string();
  const auto again = api::parse_json(written);
  require(again && again->to_string() == written);
  for (const auto& m : read->members) require(read->find(m.name) == &m.value);
  require(read->kind_name()[0] != '\0');
}

/// Decimal text, and what it means.
void check_hundredths(std::string_view text) {
  std::int64_t hundredths = 0;
  if (!api::parse_hundredths(text, hundredths)) return;
  auto rest = text.substr(text.starts_with('-') ? 1 : 0);
  require(!rest.empty() && rest.find_first_not_of("0123456789.") == rest.npos);
  require(std::count(rest.begin(), rest.end(), '.') <= 1);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  require(std::llround(value * 100) == hundredths);
}

void check_score(const std::string& isin, const std::string& value) {
  std::int64_t hundredths = -1;
  require(api::valid_isin(isin) && api::parse_hundredths(value, hundredths));
  require(hundredths >= 0 && hundredths <= 10000);
}

/// What was accepted under a topic; the scores' own messages are whole scores.
void check_message(const api::new_message& m) {
  require(!m.topic.empty() && m.topic.size() <= 200);
  const auto message = api::parse_json(m.message);
  require(message.has_value());
  if (m.topic == api::scores_topic)
    check_score(message->find("isin")->text, message->find("value")->text);
  const auto again = api::parse_new_message("{\"topic\":" + core::json_string(m.topic) +
                                            ",\"message\":" + m.message + "}");
  require(again && again->topic == m.topic && again->message == m.message);
}

void check_published(std::string_view text) {
  const auto read = api::parse_published_message(text);
  if (!good(read)) return;
  check_message(*read);
  const auto arn = "arn:aws:sns:eu-west-1:123456789012:" + read->topic;
  require(api::topic_of_arn(arn) == read->topic);
}

void check_batch(std::string_view text) {
  const auto read = api::parse_score_batch(text);
  if (!good(read)) return;
  require(!read->empty() && read->size() <= api::most_in_batch);
  std::set<std::string> isins;
  for (const auto& s : *read) {
    check_score(s.isin, s.value);
    require(isins.insert(s.isin).second);
  }
  const auto again = api::parse_score_batch(api::to_json(*read));
  require(again && again->size() == read->size());
  for (std::size_t i = 0; i < read->size(); ++i)
    require((*again)[i].isin == (*read)[i].isin && (*again)[i].value == (*read)[i].value);
}

void check_isins(std::string_view text) {
  const auto read = api::parse_isins(text);
  if (!good(read)) return;
  require(!read->empty() && read->size() <= api::most_in_batch);
  require(std::set<std::string>(read->begin(), read->end()).size() == read->size());
  for (const auto& isin : *read) require(api::valid_isin(isin));
}

void check_value(std::string_view text) {
  const auto read = api::parse_score_value(text);
  if (!good(read)) return;
  check_score("US0378331005", *read);
  const auto again = api::parse_score_value(api::value_to_json(*read));
  require(again && *again == *read);
}

}  // namespace

/// Bodies of requests: whichever of them a text is, what it says is kept to the letter.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_json(text);
  check_hundredths(text);
  if (const auto read = api::parse_new_message(text); good(read)) check_message(*read);
  check_published(text);
  check_value(text);
  check_batch(text);
  check_isins(text);
  return 0;
}
