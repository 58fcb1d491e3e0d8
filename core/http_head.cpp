#include "core/http_head.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <limits>

#include "core/plain_head.hpp"
#include "core/token.hpp"

namespace core {
namespace {

namespace beast_http = boost::beast::http;
using beast_string = boost::beast::string_view;
using state = enum head_parse::state;

std::string_view view(beast_string s) noexcept {
  return {s.data(), s.size()};
}

bool is_letter(char c) noexcept {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26;
}

template <class Word>
Word load(const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Whether the bytes of two words are equal, or differ in the case bit of ASCII letters.
bool same_letters(std::uint64_t a, std::uint64_t b) noexcept {
  const std::uint64_t different = a ^ b;
  if (different == 0) return true;
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  const std::uint64_t lower = (a | ones * 0x20) & ones * 0x7f;
  // In the high bit of each byte: it is a letter.
  const std::uint64_t letters =
      (lower + ones * (0x80 - 'a')) & ~(lower + ones * (0x7f - 'z')) & ~a & ones * 0x80;
  return (different & ~(letters >> 2)) == 0;
}

head_parse refuse(head_error e) noexcept {
  return {state::bad, 0, e};
}

/// Where the head at the start of `bytes` ends, by its line ends alone. Checks what Beast's parser
/// would accept (folded lines, which it joins) or cannot see in an incomplete head.
head_parse find_end(std::string_view bytes, std::size_t start, std::size_t limit) noexcept {
  const auto window = bytes.substr(0, limit);
  std::size_t line = start;
  while (line < window.size()) {
    if (line != start && (window[line] == ' ' || window[line] == '\t'))
      return refuse(head_error::folded_line);
    const auto* found =
        static_cast<const char*>(std::memchr(window.data() + line, '\n', window.size() - line));
    if (!found) break;
    const auto at = static_cast<std::size_t>(found - window.data());
    if (at == line || window[at - 1] != '\r') return refuse(head_error::bare_line_feed);
    if (at - 1 == line) return {state::complete, at + 1, head_error::none};
    line = at + 1;
  }
  if (bytes.size() >= limit) return refuse(head_error::too_large);
  return {};
}

/// What Beast's parser and ours have in common for requests and responses.
template <bool is_request, class Head>
class capture : public beast_http::basic_parser<is_request> {
 public:
  using beast_error = boost::beast::error_code;

  explicit capture(Head& out) noexcept : out_(out) {
    // Length was bounded by the scan, and bodies are none of this parser's business.
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->body_limit(boost::none);
    this->skip(true);
  }

 protected:
  Head& out_;

 private:
  void on_field_impl(beast_http::field, beast_string name, beast_string value,
                     beast_error& ec) override {
    if (!out_.fields.add({view(name), view(value)})) ec = beast_http::error::header_limit;
  }
  void on_header_impl(beast_error&) override {}
  void on_finish_impl(beast_error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast_error&) override {}
  std::size_t on_body_impl(beast_string, beast_error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast_string, beast_error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast_string, beast_error&) override { return 0; }
};

class request_parser final : public capture<true, request_head> {
 public:
  static constexpr std::string_view any_start = "GET / HTTP/1.1\r\n";
  using capture::capture;

 private:
  void on_request_impl(beast_http::verb, beast_string method, beast_string target, int version,
                       beast_error&) override {
    out_.method = view(method);
    out_.target = view(target);
    out_.legacy = version < 11;
  }
  void on_response_impl(int, beast_string, int, beast_error&) override {}
};

class response_parser final : public capture<false, response_head> {
 public:
  static constexpr std::string_view any_start = "HTTP/1.1 200 \r\n";
  using capture::capture;

 private:
  void on_request_impl(beast_http::verb, beast_string, beast_string, int, beast_error&) override {}
  void on_response_impl(int status, beast_string reason, int version, beast_error&) override {
    out_.status = status;
    out_.reason = view(reason);
    out_.legacy = version < 11;
  }
};

/// A field line that Beast found well-formed, but whose framing it refused.
http_field split_field(std::string_view line) noexcept {
  const auto colon = line.find(':');
  auto value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return {line.substr(0, colon), value};
}

bool is_framing_refusal(const boost::beast::error_code& ec) noexcept {
  return ec == beast_http::error::bad_content_length ||
         ec == beast_http::error::multiple_content_length ||
         ec == beast_http::error::bad_transfer_encoding;
}

/// Names the fault of a line that Beast's parser refused.
head_error diagnose(const boost::beast::error_code& ec, std::string_view line) noexcept {
  using beast_http::error;
  if (line.find('\0') != line.npos) return head_error::null_byte;
  if (line.find('\r') != line.npos || ec == error::bad_line_ending)
    return head_error::bare_line_feed;
  if (ec == error::bad_target) return head_error::bad_target;
  if (ec == error::bad_version) return head_error::bad_version;
  if (ec == error::header_limit) return head_error::too_many_fields;
  if (ec != error::bad_field) {
    return ec == error::bad_value ? head_error::bad_field : head_error::bad_start_line;
  }
  const auto name = line.substr(0, line.find(':'));
  const bool spaced = !name.empty() && (name.back() == ' ' || name.back() == '\t');
  return spaced && is_token_char(name.front()) ? head_error::space_before_colon
                                               : head_error::bad_field;
}

/// Runs Beast's parser over a complete head. What Beast refuses for its framing is kept as a field
/// and parsing goes on behind it, with a parser that has seen none of it: `framing` decides about
/// those fields, and it must see all of them.
template <class Parser, class Head>
head_error run_parser(std::string_view head, Head& out) noexcept {
  boost::beast::error_code ec;
  std::size_t used = Parser(out).put({head.data(), head.size()}, ec);
  while (ec) {
    const auto rest = head.substr(used);
    const auto line = rest.substr(0, rest.find("\r\n"));
    if (!is_framing_refusal(ec)) return diagnose(ec, line);
    if (!out.fields.add(split_field(line))) return head_error::too_many_fields;
    used += line.size() + 2;

    Head ignored_start;
    ignored_start.fields = out.fields;
    Parser next(ignored_start);
    next.put({Parser::any_start.data(), Parser::any_start.size()}, ec);
    used += next.put({head.data() + used, head.size() - used}, ec);
    out.fields = ignored_start.fields;
  }
  return head_error::none;
}

/// Origin-form, or the other forms where RFC 9112, 3.2 has them; visible ASCII without `#`.
bool is_target(std::string_view method, std::string_view target) noexcept {
  for (const char c : target) {
    if (c == '#' || static_cast<unsigned char>(c) >= 0x80) return false;
  }
  if (method == "CONNECT") return target.find('/') == target.npos;
  if (target.front() == '/') return true;
  if (target == "*") return method == "OPTIONS";
  const auto scheme = target.find("://");
  return scheme != target.npos && scheme != 0 && is_letter(target.front()) &&
         target.find_first_of("/?") == scheme + 1;
}

}  // namespace

bool iequals_letters(const char* a, const char* b, std::size_t size) noexcept {
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      if (!same_letters(load<std::uint64_t>(a + at), load<std::uint64_t>(b + at))) return false;
    // The last eight, some of them for the second time.
    return same_letters(load<std::uint64_t>(a + size - 8), load<std::uint64_t>(b + size - 8));
  }
  if (size >= 4)
    return same_letters(load<std::uint32_t>(a), load<std::uint32_t>(b)) &&
           same_letters(load<std::uint32_t>(a + size - 4), load<std::uint32_t>(b + size - 4));
  for (std::size_t at = 0; at < size; ++at)
    if (!same_letters(static_cast<unsigned char>(a[at]), static_cast<unsigned char>(b[at])))
      return false;
  return true;
}

std::optional<std::string_view> http_fields::find(std::string_view name) const noexcept {
  for (const auto& f : all()) {
    if (iequals(f.name, name)) return f.value;
  }
  return std::nullopt;
}

std::size_t http_fields::count(std::string_view name) const noexcept {
  std::size_t n = 0;
  for (const auto& f : all()) n += iequals(f.name, name);
  return n;
}

std::size_t http_fields::count(field_name name) const noexcept {
  if (!has(name)) return 0;
  std::size_t n = 0;
  for (const auto& f : all()) n += f.known == name;
  return n;
}

const char* to_label(head_error e) noexcept {
  switch (e) {
    case head_error::none: return "none";
    case head_error::too_large: return "too_large";
    case head_error::too_many_fields: return "too_many_fields";
    case head_error::bare_line_feed: return "bare_line_feed";
    case head_error::null_byte: return "null_byte";
    case head_error::folded_line: return "folded_line";
    case head_error::space_before_colon: return "space_before_colon";
    case head_error::bad_start_line: return "bad_start_line";
    case head_error::bad_target: return "bad_target";
    case head_error::bad_field: return "bad_field";
    case head_error::bad_version: return "bad_version";
  }
  return "none";
}

head_parse parse_request_head(std::string_view bytes, std::size_t limit,
                              request_head& out) noexcept {
  if (const auto size = split_plain_request(bytes, limit, out))
    return {state::complete, size, head_error::none};
  return judge_request_head(bytes, limit, out);
}

head_parse parse_response_head(std::string_view bytes, std::size_t limit,
                               response_head& out) noexcept {
  if (const auto size = split_plain_response(bytes, limit, out))
    return {state::complete, size, head_error::none};
  return judge_response_head(bytes, limit, out);
}

head_parse judge_request_head(std::string_view bytes, std::size_t limit,
                              request_head& out) noexcept {
  std::size_t start = 0;
  while (bytes.substr(start, 2) == "\r\n") start += 2;
  // A client that speaks something else (TLS, above all) is told at once, not at its deadline.
  const auto first = bytes.substr(start, 1);
  if (first == "\n") return refuse(head_error::bare_line_feed);
  if (!first.empty() && first != "\r" && !is_token_char(first.front()))
    return refuse(head_error::bad_start_line);

  auto found = find_end(bytes, start, limit);
  if (found.state != state::complete) return found;
  out.fields.clear();
  found.error = run_parser<request_parser>(bytes.substr(start, found.size - start), out);
  if (found.error == head_error::none && !is_target(out.method, out.target))
    found.error = head_error::bad_target;
  return found.error == head_error::none ? found : refuse(found.error);
}

head_parse judge_response_head(std::string_view bytes, std::size_t limit,
                               response_head& out) noexcept {
  if (!bytes.empty() && bytes.front() != 'H') return refuse(head_error::bad_start_line);
  auto found = find_end(bytes, 0, limit);
  if (found.state != state::complete) return found;
  out.fields.clear();
  found.error = run_parser<response_parser>(bytes.substr(0, found.size), out);
  if (found.error == head_error::none && out.status < 100) found.error = head_error::bad_start_line;
  return found.error == head_error::none ? found : refuse(found.error);
}

}  // namespace core
