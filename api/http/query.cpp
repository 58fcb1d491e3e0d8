#include "api/http/query.hpp"

#include <algorithm>
#include <charconv>

#include "core/http_client.hpp"
#include "core/utf8.hpp"

namespace api {
namespace {

// Characters of well-formed UTF-8 without control characters; nullopt for any other text.
std::optional<std::size_t> printable_length(std::string_view text) noexcept {
  std::size_t characters = 0;
  while (!text.empty()) {
    const std::size_t size = core::utf8_sequence(text);
    const auto lead = static_cast<unsigned char>(text.front());
    if (size == 0 || lead < 0x20 || lead == 0x7f) return std::nullopt;
    text.remove_prefix(size);
    ++characters;
  }
  return characters;
}

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (const auto name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out.empty() ? "none" : out;
}

}  // namespace

query_reader::query_reader(std::string_view query, std::span<const std::string_view> known) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (!pair.empty()) take(pair, known);
  }
}

void query_reader::take(std::string_view pair, std::span<const std::string_view> known) {
  const auto equals = std::min(pair.find('='), pair.size());
  const auto encoded = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
  std::string name, value;
  if (!core::url_decode(pair.substr(0, equals), true, name) || !printable_length(name))
    return refuse("", "The query has a parameter whose name is not properly encoded.");
  if (std::find(known.begin(), known.end(), name) == known.end())
    return refuse(name, "is not known here; these are: " + listed(known));
  if (!core::url_decode(encoded, true, value)) return refuse(name, "is not properly encoded");
  if (text(name)) return refuse(name, "is given twice");
  values_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string> query_reader::text(std::string_view name) const {
  for (const auto& [key, value] : values_)
    if (key == name) return value;
  return std::nullopt;
}

std::string query_reader::text(std::string_view name, std::size_t shortest, std::size_t longest) {
  const auto value = text(name);
  if (!value) return {};
  const auto length = printable_length(*value);
  if (length && *length >= shortest && *length <= longest) return *value;
  refuse(name, "must be " + std::to_string(shortest) + " to " + std::to_string(longest) +
                   " characters of text (UTF-8)");
  return {};
}

std::int64_t query_reader::number(std::string_view name, std::int64_t low, std::int64_t high,
                                  std::int64_t otherwise) {
  const auto value = text(name);
  if (!value) return otherwise;
  std::int64_t parsed = 0;
  const char* end = value->data() + value->size();
  const auto [stopped, error] = std::from_chars(value->data(), end, parsed);
  if (error == std::errc() && stopped == end && parsed >= low && parsed <= high) return parsed;
  refuse(name,
         "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return otherwise;
}

void query_reader::refuse(std::string_view name, std::string why) {
  if (name.empty())
    problems_.push_back({std::move(why)});
  else
    problems_.push_back(
        {"The parameter " + std::string(name) + " " + why + ".", "", std::string(name)});
}

core::server_response query_reader::refusal() const {
  const std::string detail = problems_.size() == 1 ? problems_.front().detail
                                                   : std::to_string(problems_.size()) +
                                                         " things are wrong with the parameters.";
  return core::problem_response(400, detail, problems_);
}

}  // namespace api
