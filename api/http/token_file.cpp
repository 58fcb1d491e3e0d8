#include "api/http/token_file.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/digest.hpp"

namespace api {
namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool parse_digest(std::string_view text, std::array<std::uint8_t, 32>& out) noexcept {
  if (text.size() != 64) return false;
  for (std::size_t i = 0; i < 32; ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

// 0 for anything but a list of scopes.
std::uint8_t parse_scopes(std::string_view text) noexcept {
  std::uint8_t scopes = 0;
  for (bool more = true; more;) {
    const auto comma = text.find(',');
    const auto name = text.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
    if (name == "read")
      scopes |= static_cast<std::uint8_t>(token_scope::read);
    else if (name == "write")
      scopes |= static_cast<std::uint8_t>(token_scope::write);
    else
      return 0;
  }
  return scopes;
}

// The next word of `line`, which loses it; "" at its end.
std::string_view next_word(std::string_view& line) noexcept {
  const auto begin = std::min(line.find_first_not_of(" \t\r"), line.size());
  line.remove_prefix(begin);
  const auto word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

token_file token_file::parse(const std::string& file_name, std::string_view text,
                             core::problems& out) {
  token_file tokens;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto digest = next_word(line);
    if (digest.empty() || digest.front() == '#') continue;

    const core::position at{file_name, number, 1};
    entry e;
    if (!parse_digest(digest, e.digest))
      out.add(at, "bad digest of a token", "SHA-256 as 64 hex digits");
    e.scopes = parse_scopes(next_word(line));
    if (e.scopes == 0) out.add(at, "bad scopes of a token", "read, write or read,write");
    e.name = next_word(line);
    if (e.name.empty() || !next_word(line).empty())
      out.add(at, "bad name of a token", "<digest> <scopes> <name>, the name without spaces");
    if (parse_digest(digest, e.digest) && e.scopes != 0) tokens.entries_.push_back(std::move(e));
  }
  return tokens;
}

token_file token_file::load(const std::string& path, core::problems& out) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) {
    out.add({path, 0, 0}, "cannot be read", "a file of token digests");
    return {};
  }
  return parse(path, text, out);
}

token_grant token_file::find(std::string_view token) const {
  const auto digest = core::sha256(token);
  std::uint8_t scopes = 0;
  std::size_t which = entries_.size();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const entry& e = entries_[i];
    const bool same = CRYPTO_memcmp(e.digest.data(), digest.data(), digest.size()) == 0;
    scopes = static_cast<std::uint8_t>(scopes | (same ? e.scopes : 0));
    which = same ? i : which;
  }
  return which < entries_.size() ? token_grant(scopes, entries_[which].name) : token_grant();
}

}  // namespace api
