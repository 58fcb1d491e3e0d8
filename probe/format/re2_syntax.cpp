#include "probe/format/re2_syntax.hpp"

#include <algorithm>

#include "core/utf8.hpp"

namespace probe {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_ascii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}

/// Reads an expression from its start to its end and writes what Perl would.
class translation {
 public:
  explicit translation(std::string_view from) : from_(from) { out_.reserve(from.size() + 16); }

  bool run() {
    while (at_ < from_.size())
      if (!step()) return false;
    return true;
  }
  std::string& out() noexcept { return out_; }
  std::string& why() noexcept { return why_; }

 private:
  std::string_view rest() const noexcept { return from_.substr(at_); }
  bool refuse(std::string why) {
    why_ = std::move(why);
    return false;
  }
  bool take(std::size_t count) {
    out_.append(from_.substr(at_, count));
    at_ += count;
    return true;
  }

  bool step() {
    const char c = from_[at_];
    switch (c) {
      case '\\': return escape(false);
      case '[': return bracket();
      case '(': return group();
      case '*':
      case '+':
      case '?': return repeat(1);
      case '{': return brace();
      case '}': out_ += "\\}"; return skip();
      default: return is_ascii(c) ? literal() : character();
    }
  }
  bool skip() {
    ++at_;
    repeated_ = false;
    return true;
  }
  bool literal() {
    repeated_ = false;
    return take(1);
  }
  /// A character of several bytes is one for a repetition behind it.
  bool character() {
    const std::size_t size = core::utf8_sequence(rest());
    if (size == 0) return refuse("a byte that is no UTF-8");
    out_ += "(?:";
    take(size);
    out_ += ')';
    repeated_ = false;
    return true;
  }

  bool repeat(std::size_t size) {
    if (repeated_) return refuse("a repetition of a repetition");
    take(size);
    if (rest().starts_with('?')) take(1);
    repeated_ = true;
    return true;
  }
  /// `{` is itself unless it begins `{2}`, `{2,}` or `{2,3}`.
  bool brace() {
    std::size_t end = at_ + 1;
    const auto digits = [&] {
      const std::size_t begin = end;
      while (end < from_.size() && is_digit(from_[end])) ++end;
      return end > begin;
    };
    bool range = digits();
    if (range && end < from_.size() && from_[end] == ',') {
      ++end;
      digits();
    }
    range = range && end < from_.size() && from_[end] == '}';
    if (range) return repeat(end + 1 - at_);
    out_ += "\\{";
    return skip();
  }

  bool group() {
    repeated_ = false;
    if (!rest().starts_with("(?")) return take(1);
    if (rest().starts_with("(?P<")) {
      out_ += "(?<";
      at_ += 4;
      return true;
    }
    if (rest().starts_with("(?:")) return take(3);
    const auto end = rest().find_first_not_of("ims-", 2);
    const char stop = end == std::string_view::npos ? '\0' : rest()[end];
    if (end > 2 && (stop == ':' || stop == ')')) return take(end + 1);
    return refuse("\"" + std::string(rest().substr(0, 4)) + "\" begins no group of RE2");
  }

  bool escape(bool in_class) {
    if (at_ + 1 >= from_.size()) return refuse("a backslash at the end");
    const char c = from_[at_ + 1];
    repeated_ = false;
    if (c == 'Q' && !in_class) return quoted();
    if (c == 'p' || c == 'P') return refuse("Unicode classes (\\p) are not supported here");
    if (c == 'x') return hexadecimal();
    const std::string_view known = in_class ? "adDfnrsStvwW0" : "AabBdDfnrsStvwWz0";
    if ((is_letter(c) || is_digit(c)) && known.find(c) == std::string_view::npos)
      return refuse(std::string("\\") + c + " is nothing in RE2");
    if (!is_ascii(c)) return refuse("a backslash before a letter beyond ASCII");
    if (c != 'v') return take(2);
    out_ += "\\x0b";  // in Perl \v is a class
    at_ += 2;
    return true;
  }
  bool hexadecimal() {
    const auto value = rest().substr(2);
    if (!value.starts_with('{')) return take(2);
    const auto digits = value.substr(1, value.find('}') - 1);
    if (digits.empty() || digits.size() > 8 || value.find('}') == std::string_view::npos)
      return refuse("\\x{ without a number and }");
    if (std::stoul("0" + std::string(digits), nullptr, 16) > 0x7f)
      return refuse("\\x{" + std::string(digits) + "} is beyond ASCII; write the letter itself");
    return take(3 + digits.size() + 1);
  }
  bool quoted() {
    const auto end = rest().find("\\E");
    const auto text = rest().substr(2, end == std::string_view::npos ? end : end - 2);
    for (const char c : text) {
      if (is_ascii(c) && !is_letter(c) && !is_digit(c)) out_ += '\\';
      out_ += c;
    }
    at_ += std::min(rest().size(), 2 + text.size() + 2);
    return true;
  }

  bool bracket() {
    repeated_ = false;
    take(1);
    if (rest().starts_with('^')) take(1);
    if (rest().starts_with(']')) {
      out_ += "\\]";
      ++at_;
    }
    while (at_ < from_.size() && from_[at_] != ']') {
      if (!is_ascii(from_[at_])) return refuse("a letter beyond ASCII in []");
      if (!in_bracket()) return false;
    }
    if (at_ == from_.size()) return refuse("[ without ]");
    return take(1);
  }
  bool in_bracket() {
    if (from_[at_] == '\\') return escape(true);
    if (rest().starts_with("[:")) {
      const auto end = rest().find(":]");
      if (end == std::string_view::npos) return refuse("[: without :]");
      return take(end + 2);
    }
    if (from_[at_] == '[') out_ += '\\';
    return take(1);
  }

  std::string_view from_;
  std::size_t at_ = 0;
  bool repeated_ = false;  // what was read last is a repetition
  std::string out_, why_;
};

}  // namespace

std::optional<std::string> perl_from_re2(std::string_view re2, std::string& why) {
  translation work(re2);
  if (work.run()) return std::move(work.out());
  why = std::move(work.why());
  return std::nullopt;
}

}  // namespace probe
