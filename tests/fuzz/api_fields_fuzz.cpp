#include <optional>
#include <string>
#include <vector>

#include "api/aws/sealed_id.hpp"
#include "api/http/caching.hpp"
#include "api/http/message_handlers.hpp"
#include "api/http/request_bodies.hpp"
#include "api/isin.hpp"
#include "api/queue/uuid7.hpp"
#include "core/entity_tag.hpp"
#include "core/sqlstate.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == text.npos;
}

/// ISO 6166 with the check digit of ISO 7812, written out: letters as two digits each, every second
/// digit from the right doubled.
bool is_isin(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", digits = "0123456789";
  if (text.size() != 12 || !all_of(text.substr(0, 2), letters) || !all_of(text.substr(11), digits))
    return false;
  std::string number;
  for (const char c : text) {
    if (letters.find(c) != letters.npos)
      number += std::to_string(letters.find(c) + 10);
    else if (digits.find(c) != digits.npos)
      number += c;
    else
      return false;
  }
  int sum = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    const int digit = (number[number.size() - 1 - i] - '0') * (i % 2 == 0 ? 1 : 2);
    sum += digit / 10 + digit % 10;
  }
  return sum % 10 == 0;
}

bool is_uuid(std::string_view text) {
  std::string shape;
  for (const char c : text) shape += all_of({&c, 1}, "0123456789abcdef") ? '0' : c == '-' ? c : '?';
  return shape == "00000000-0000-0000-0000-000000000000";
}

/// The tags of a well-formed If-None-Match (RFC 9110, 8.8.3 and 13.1.2), without `W/`.
std::optional<std::vector<std::string>> entity_tags(std::string_view value) {
  std::vector<std::string> tags;
  const auto blanks = [&value] {
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  };
  for (blanks(); !value.empty(); blanks()) {
    if (value.starts_with("W/")) value.remove_prefix(2);
    if (!value.starts_with('"')) return std::nullopt;
    const auto end = value.find('"', 1);
    if (end == value.npos) return std::nullopt;
    tags.emplace_back(value.substr(0, end + 1));
    value.remove_prefix(end + 1);
    blanks();
    if (value.empty()) break;
    if (!value.starts_with(',')) return std::nullopt;
    value.remove_prefix(1);
  }
  return tags;
}

/// A client that has the body is told so, and no other one.
void check_if_none_match(std::string_view value) {
  const auto tag = api::entity_tag("fuzz");
  const auto tags = entity_tags(value);
  const bool named = core::names_etag(value, tag);
  if (tags) require(named == (std::find(tags->begin(), tags->end(), tag) != tags->end()));
  if (tags && !tags->empty()) require(core::names_etag(std::string(value) + ", W/" + tag, tag));
  if (named) require(value.find(tag) != value.npos || value.find('*') != value.npos);
  require(core::names_etag("*", tag) && core::names_etag("W/" + tag, tag));

  api::cacheable what;
  what.body = "fuzz";
  what.etag = tag;
  const auto response = api::cached_answer(what, value);
  require(response.status == (named ? 304 : 200) && response.body == (named ? "" : "fuzz"));
}

/// An id that was sealed here tells its time; any other one tells nothing.
void check_sealed_id(std::string_view text) {
  const api::id_seal seal(core::secret("a key that sealed none of the seeds"));
  require(!seal.given_out_at(text));
  std::array<std::uint8_t, 6> random{};
  std::uint64_t millis = 0;
  for (auto& byte : random) millis = millis << 8 | (byte = fuzz::take_byte(text));
  const auto id = seal.make(millis, random);
  require(api::is_uuid(id) && seal.given_out_at(id) == millis);
  const api::id_seal other(core::secret("another key of more than 32 bytes..."));
  require(!other.given_out_at(id));
}

}  // namespace

/// Single values out of paths, header fields and answers, against plain readings of their rules.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  require(api::valid_isin(text) == is_isin(text));
  require(api::is_uuid(text) == is_uuid(text));
  check_if_none_match(text);
  check_sealed_id(text);

  std::string visible;
  for (char c = '!'; c <= '~'; ++c) visible += c;
  require(api::valid_idempotency_key(text) ==
          (!text.empty() && text.size() <= 255 && all_of(text, visible)));

  if (const auto topic = api::topic_of_arn(text); !topic.empty())
    require(text.starts_with("arn:aws") && text.ends_with(":" + std::string(topic)) &&
            topic.find(':') == topic.npos && topic.size() <= 200);

  if (const auto state = core::sqlstate_in(text); !state.empty())
    require(state.size() == 5 && core::sqlstate(core::sqlstate_error(state)) == state);
  return 0;
}
