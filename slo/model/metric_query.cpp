#include "slo/model/metric_query.hpp"

#include <algorithm>
#include <optional>

namespace slo {

namespace {

bool is_name_start(char c, bool metric) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (metric && c == ':');
}

bool is_metric_name(std::string_view text) {
  if (text.empty() || !is_name_start(text.front(), true)) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_name_start(c, true) || (c >= '0' && c <= '9'); });
}

/// A cursor over the query; every `take` skips the white space before it.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text) {}

  bool take(std::string_view token) {
    skip_space();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  std::string name(bool metric) {
    skip_space();
    const auto from = at_;
    while (at_ < text_.size() && (is_name_start(text_[at_], metric) ||
                                  (at_ > from && text_[at_] >= '0' && text_[at_] <= '9'))) {
      ++at_;
    }
    return std::string(text_.substr(from, at_ - from));
  }
  /// A quoted string with PromQL's escapes that matter in selectors; raw between backticks.
  std::optional<std::string> quoted() {
    skip_space();
    if (at_ == text_.size()) return std::nullopt;
    const char quote = text_[at_];
    if (quote != '"' && quote != '\'' && quote != '`') return std::nullopt;
    std::string out;
    for (auto i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == quote) {
        at_ = i + 1;
        return out;
      }
      if (text_[i] == '\\' && quote != '`') {
        if (++i == text_.size()) return std::nullopt;
        const auto c = unescape(text_[i]);
        if (!c) return std::nullopt;
        out += *c;
      } else {
        out += text_[i];
      }
    }
    return std::nullopt;
  }
  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }
  std::size_t at() {
    skip_space();
    return at_;
  }
  void back_to(std::size_t at) { at_ = at; }

 private:
  static std::optional<char> unescape(char c) {
    switch (c) {
      case '\\':
      case '"':
      case '\'': return c;
      case 'n': return '\n';
      case 't': return '\t';
      default: return std::nullopt;
    }
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

constexpr const char* understood =
    "a counter's selector, or sum(rate(selector[{{.window}}])) or sum(increase(…))";

/// Recursive descent over the four forms; the first problem ends it.
class query_parser {
 public:
  explicit query_parser(std::string_view text) : in_(text) {}

  boost::system::result<metric_query, query_problem> parse() {
    metric_query query;
    if (!expression(query, true)) return problem_;
    if (!in_.at_end() && !fail("only one selector can be followed to its counter", understood)) {
      return problem_;
    }
    return query;
  }

 private:
  bool fail(std::string what, std::string expected = {}) {
    problem_ = {in_.at(), std::move(what), std::move(expected)};
    return false;
  }

  bool expression(metric_query& query, bool outermost) {
    const auto start = in_.at();
    const auto word = in_.name(true);
    if (outermost && word == "sum" && !grouping(query)) return false;
    if (!in_.take("(")) {
      in_.back_to(start);
      return vector_selector(query);
    }
    if (outermost && word == "sum") {
      return expression(query, false) && closing() && (!query.grouping.empty() || grouping(query));
    }
    if (word == "rate" || word == "increase") {
      query.windowed = true;
      return vector_selector(query) && window() && closing();
    }
    in_.back_to(start);
    return fail("`" + word + "(…)` can only be approximated", understood);
  }

  /// `by (label, …)`, if it is there.
  bool grouping(metric_query& query) {
    const auto start = in_.at();
    const auto word = in_.name(false);
    if (word.empty()) return true;
    if (word != "by") {
      in_.back_to(start);
      return fail("`" + word + "` cannot be followed to a counter", "by (label, …)");
    }
    if (!in_.take("(")) return fail("there are no labels here", "by (label, …)");
    while (!in_.take(")")) {
      auto label = in_.name(false);
      if (label.empty()) return fail("there is no label name here", "label");
      query.grouping.push_back(std::move(label));
      if (in_.take(",")) continue;
      if (in_.take(")")) break;
      return fail("the labels are not closed", ", or )");
    }
    auto& labels = query.grouping;
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    return true;
  }

  bool closing() { return in_.take(")") || fail("a parenthesis is not closed", ")"); }

  bool window() {
    if (in_.take("[") && in_.take("{{") && in_.take(".window") && in_.take("}}") && in_.take("]")) {
      return true;
    }
    return fail("the range is not the window of the objective", "[{{.window}}]");
  }

  bool vector_selector(metric_query& query) {
    auto& s = query.counter;
    s.metric = in_.name(true);
    const bool braces = in_.take("{");
    if (s.metric.empty() && !braces) return fail("there is no metric name here", understood);
    if (braces && !matchers(s)) return false;
    return name_from_matcher(s);
  }

  bool matchers(selector& s) {
    while (!in_.take("}")) {
      label_matcher m;
      m.label = in_.name(false);
      if (m.label.empty()) return fail("there is no label name here", "label=\"value\"");
      if (!operation(m)) return fail("there is no comparison here", "=, !=, =~ or !~");
      auto value = in_.quoted();
      if (!value) return fail("there is no quoted value here", "\"value\"");
      m.value = std::move(*value);
      s.matchers.push_back(std::move(m));
      if (!in_.take(",")) {
        if (in_.take("}")) return true;
        return fail("the selector is not closed", ", or }");
      }
    }
    return true;
  }

  bool operation(label_matcher& m) {
    using kind = label_matcher::kind;
    if (in_.take("=~")) return m.op = kind::matches, true;
    if (in_.take("!~")) return m.op = kind::not_matches, true;
    if (in_.take("!=")) return m.op = kind::not_equal, true;
    if (in_.take("=")) return m.op = kind::equal, true;
    return false;
  }

  bool name_from_matcher(selector& s) {
    for (auto m = s.matchers.begin(); m != s.matchers.end(); ++m) {
      if (m->label != "__name__") continue;
      if (!s.metric.empty() || m->op != label_matcher::kind::equal || !is_metric_name(m->value)) {
        break;
      }
      s.metric = m->value;
      s.matchers.erase(m);
      return true;
    }
    return !s.metric.empty() || fail("the selector names no metric", "metric{label=\"value\"}");
  }

  scanner in_;
  query_problem problem_;
};

}  // namespace

boost::system::result<metric_query, query_problem> parse_metric_query(std::string_view text) {
  return query_parser(text).parse();
}

}  // namespace slo
