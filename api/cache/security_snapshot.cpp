#include "api/cache/security_snapshot.hpp"

#include <charconv>
#include <span>

#include "api/http/representations.hpp"
#include "core/digest.hpp"

namespace api {
namespace {

// A text of another version is no text of ours.
constexpr std::string_view version = "s2";
constexpr std::int64_t latest_millis = 253'402'300'800'000;  // year 10000

// The next word of the first line, which loses it.
std::string_view next_word(std::string_view& line) noexcept {
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), word.size() + 1));
  return word;
}

template <class T>
bool to_number(std::string_view text, T& out) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

// As `entity_tag` makes them: the text ends in a header field.
bool is_tag(std::string_view text) noexcept {
  return text.size() == 26 && text.front() == '"' && text.back() == '"' &&
         text.substr(1, 24).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool fits(std::string_view tag, bool there) noexcept {
  return there ? is_tag(tag) : tag.empty();
}

snapshot_ptr finish(security_snapshot s) {
  if (s.exists()) s.etag = entity_tag(s.body);
  if (s.has_score()) s.score_etag = entity_tag(s.score);
  return std::make_shared<const security_snapshot>(std::move(s));
}

}  // namespace

std::string entity_tag(std::string_view body) {
  const auto digest = core::sha256(body);
  return '"' + core::to_hex(std::span(digest).first(12)) + '"';
}

snapshot_ptr make_snapshot(const security& s, const std::optional<score>& its_score,
                           std::int64_t read_at) {
  security_snapshot made;
  made.read_at = read_at;
  made.body = to_json(s, its_score);
  if (its_score) made.score = to_json(*its_score);
  return finish(std::move(made));
}

snapshot_ptr make_absent_snapshot(std::int64_t read_at) {
  security_snapshot made;
  made.read_at = read_at;
  return finish(std::move(made));
}

// `s2 <read at> <size of the body> <etag> <etag of the score>\n<body><score>`; the tags are kept,
// since they take longer to compute than all the rest to read.
std::string to_cache_text(const security_snapshot& s) {
  std::string text(version);
  text += ' ' + std::to_string(s.read_at) + ' ' + std::to_string(s.body.size());
  text.append(" ").append(s.etag).append(" ").append(s.score_etag).append("\n");
  return text.append(s.body).append(s.score);
}

snapshot_ptr parse_cache_text(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return nullptr;
  std::string_view line = text.substr(0, end);
  const std::string_view rest = text.substr(end + 1);
  if (next_word(line) != version) return nullptr;
  security_snapshot s;
  std::size_t size = 0;
  if (!to_number(next_word(line), s.read_at) || !to_number(next_word(line), size) ||
      size > rest.size())
    return nullptr;
  if (s.read_at < 0 || s.read_at > latest_millis) return nullptr;
  s.etag = next_word(line);
  s.score_etag = line;
  s.body = rest.substr(0, size);
  s.score = rest.substr(size);
  if (!fits(s.etag, s.exists()) || !fits(s.score_etag, s.has_score())) return nullptr;
  if (s.has_score() && !s.exists()) return nullptr;
  return std::make_shared<const security_snapshot>(std::move(s));
}

}  // namespace api
