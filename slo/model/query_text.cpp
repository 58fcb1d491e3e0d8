#include "slo/model/query_text.hpp"

#include <algorithm>
#include <vector>

#include "core/trim.hpp"

namespace slo {

namespace {

/// Length of the `{{.window}}` that a text starts with; 0 when it starts with none.
std::size_t placeholder_length(std::string_view text) {
  const auto end = text.find("}}");
  if (!text.starts_with("{{") || end == std::string_view::npos) return 0;
  return core::trim(text.substr(2, end - 2)) == ".window" ? end + 2 : 0;
}

/// One pass over the text; brackets that are open are kept with their places.
class query_scanner {
 public:
  explicit query_scanner(std::string_view text) : text_(text) {}

  std::optional<query_problem> check() {
    while (at_ < text_.size() && !problem_) step();
    if (!problem_ && !open_.empty()) fail(open_.back().at, "a bracket is not closed", closing());
    return problem_;
  }

 private:
  struct bracket {
    char close;
    std::size_t at;
  };

  void fail(std::size_t at, std::string what, std::string expected) {
    problem_ = query_problem{at, std::move(what), std::move(expected)};
  }
  std::string closing() const { return open_.empty() ? "" : std::string(1, open_.back().close); }

  void step() {
    const char c = text_[at_];
    switch (c) {
      case '"':
      case '\'':
      case '`': return quoted(c);
      case '#': at_ = std::min(text_.size(), text_.find('\n', at_)); return;
      case '(': open_.push_back({')', at_++}); return;
      case '[': open_.push_back({']', at_++}); return;
      case '{':
        if (text_.substr(at_).starts_with("{{")) return placeholder();
        open_.push_back({'}', at_++});
        return;
      case ')':
      case ']':
      case '}':
        if (open_.empty() || open_.back().close != c) {
          return fail(at_, std::string("there is a ") + c + " too many", closing());
        }
        open_.pop_back();
        break;
      default: break;
    }
    ++at_;
  }

  void quoted(char quote) {
    const auto start = at_++;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        ++at_;
        return;
      }
      if (text_[at_] == '\\' && quote != '`') ++at_;
    }
    fail(start, "a quote is not closed", std::string(1, quote));
  }

  void placeholder() {
    if (const auto length = placeholder_length(text_.substr(at_))) {
      at_ += length;
      return;
    }
    fail(at_, "there is no such placeholder", "{{.window}}");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<bracket> open_;
  std::optional<query_problem> problem_;
};

}  // namespace

std::optional<query_problem> check_query_text(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return query_problem{0, "there is no query", "a PromQL query"};
  return query_scanner(text).check();
}

std::string with_window(std::string_view text, std::string_view window) {
  std::string out;
  while (!text.empty()) {
    if (const auto length = placeholder_length(text)) {
      out += window;
      text.remove_prefix(length);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace slo
