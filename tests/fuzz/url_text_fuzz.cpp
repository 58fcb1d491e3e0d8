#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include "core/http_client.hpp"
#include "core/http_server.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// RFC 3986, 2.1, and the plus sign of forms, as plainly as it can be said.
std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text[0] == '%') {
      if (text.size() < 3 || !std::isxdigit(static_cast<unsigned char>(text[1])) ||
          !std::isxdigit(static_cast<unsigned char>(text[2])))
        return std::nullopt;
      out += static_cast<char>(std::stoi(std::string(text.substr(1, 2)), nullptr, 16));
      text.remove_prefix(2);
    } else {
      out += plus_is_space && text[0] == '+' ? ' ' : text[0];
    }
  }
  return out;
}

void check_decoding(std::string_view text, bool plus_is_space) {
  std::string out = "what was there before";
  const auto expected = decoded(text, plus_is_space);
  require(core::url_decode(text, plus_is_space, out) == expected.has_value());
  if (expected) require(out == *expected);

  const auto encoded = core::url_encode(text);
  for (const char c : encoded)
    require(std::isalnum(static_cast<unsigned char>(c)) || std::string_view("-._~%").find(c) < 5);
  require(core::url_decode(encoded, plus_is_space, out) && out == text);
}

/// The first parameter of a name counts, and one that cannot be decoded is as good as absent.
void check_query(std::string_view query) {
  core::request_head head;
  const core::server_request request{"GET", "/", query, head, {}, {}, {}};
  std::vector<std::string> known;
  for (auto rest = query; !rest.empty();) {
    auto value = fuzz::take_until(rest, '&');
    const auto key = decoded(fuzz::take_until(value, '='), true);
    if (!key || key->empty()) continue;
    if (std::find(known.begin(), known.end(), *key) != known.end()) continue;
    known.push_back(*key);
    require(request.parameter(*key) == decoded(value, true));
  }
  require(!request.parameter(std::string(query.size() + 1, 'x')));
}

}  // namespace

/// Percent-encoding and the parameters of a query, against a plain reading of the standards.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_decoding(text, false);
  check_decoding(text, true);
  check_query(text);
  return 0;
}
