#include "slo/rules/canonical_promql.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "slo/model/selector.hpp"

namespace slo {

namespace {

using tokens = std::vector<std::string>;

constexpr std::string_view aggregators[] = {"sum",     "avg",    "min",      "max",
                                            "group",   "stddev", "stdvar",   "count",
                                            "bottomk", "topk",   "quantile", "count_values"};
constexpr std::string_view keywords[] = {
    "and",      "or",         "unless",      "atan2", "by",     "without", "on",
    "ignoring", "group_left", "group_right", "bool",  "offset", "inf",     "nan"};

template <std::size_t N>
bool is_one_of(std::string_view text, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
}

/// Milliseconds of `1h30m`; nullopt when it is no duration.
std::optional<std::int64_t> duration_of(std::string_view text) {
  constexpr std::pair<std::string_view, std::int64_t> units[] = {
      {"ms", 1},        {"y", 31'536'000'000}, {"w", 604'800'000}, {"d", 86'400'000},
      {"h", 3'600'000}, {"m", 60'000},         {"s", 1000}};
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
    if (parsed.ec != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    const auto unit = std::find_if(std::begin(units), std::end(units),
                                   [&](const auto& u) { return text.starts_with(u.first); });
    std::int64_t part = 0;
    if (unit == std::end(units) || __builtin_mul_overflow(count, unit->second, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
    text.remove_prefix(unit->first.size());
  }
  return total;
}

std::string number(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    const auto span = duration_of(text);
    return span ? std::to_string(*span) + "ms" : std::string(text);
  }
  char shortest[40];
  const auto written = std::to_chars(shortest, shortest + sizeof shortest, value);
  return {shortest, written.ptr};
}

/// Takes tokens off the front of a text.
class scanner {
 public:
  explicit scanner(std::string_view text) : rest_(text) {}

  tokens all() {
    tokens out;
    for (skip_blank(); !rest_.empty(); skip_blank()) out.push_back(next());
    return out;
  }

 private:
  void skip_blank() {
    while (!rest_.empty()) {
      if (std::isspace(static_cast<unsigned char>(rest_.front()))) {
        rest_.remove_prefix(1);
      } else if (rest_.front() == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else {
        return;
      }
    }
  }

  std::string take(std::size_t length) {
    std::string out(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return out;
  }

  std::string next() {
    const char c = rest_.front();
    if (c == '"' || c == '\'' || c == '`') return quoted(c);
    if (is_digit(c) || (c == '.' && rest_.size() > 1 && is_digit(rest_[1]))) return digits();
    if (c == ':') return take(1);  // of a subquery: no metric begins with it
    if (is_name(c)) return word();
    const auto two = rest_.substr(0, 2);
    const bool pair =
        two == "==" || two == "!=" || two == ">=" || two == "<=" || two == "=~" || two == "!~";
    return take(pair ? 2 : 1);
  }

  std::string quoted(char quote) {
    std::string value;
    std::size_t i = 1;
    for (; i < rest_.size() && rest_[i] != quote; ++i) {
      if (rest_[i] == '\\' && quote != '`' && i + 1 < rest_.size()) {
        const char escaped = rest_[++i];
        // Others keep their escape: both sides spell them alike.
        if (escaped == 'n')
          value += '\n';
        else if (escaped == 't')
          value += '\t';
        else if (escaped == '\\' || escaped == '"' || escaped == '\'')
          value += escaped;
        else
          value.append("\\").push_back(escaped);
        continue;
      }
      value += rest_[i];
    }
    rest_.remove_prefix(std::min(i + 1, rest_.size()));
    return promql_string(value);
  }

  std::string digits() {
    std::size_t end = 0;
    while (end < rest_.size() &&
           (is_name(rest_[end]) || rest_[end] == '.' ||
            ((rest_[end] == '+' || rest_[end] == '-') && (rest_[end - 1] | 0x20) == 'e')) &&
           rest_[end] != ':') {
      ++end;
    }
    return number(take(end));
  }

  std::string word() {
    const auto end = static_cast<std::size_t>(
        std::find_if_not(rest_.begin(), rest_.end(), is_name) - rest_.begin());
    auto text = take(end);
    const auto small = lower(text);
    if (is_one_of(small, keywords)) return small;
    return is_one_of(small, aggregators) ? small : text;
  }

  std::string_view rest_;
};

/// The index of the bracket that closes the one at `open`; the end when none does.
std::size_t closing(const tokens& in, std::size_t open) {
  int depth = 0;
  for (auto i = open; i < in.size(); ++i) {
    if (in[i] == "(") ++depth;
    if (in[i] == ")" && --depth == 0) return i;
  }
  return in.size();
}

/// `sum(x) by (a)` becomes `sum by (a) (x)`.
void move_groupings(tokens& in) {
  for (std::size_t i = 0; i + 1 < in.size(); ++i) {
    if (!is_one_of(in[i], aggregators) || in[i + 1] != "(") continue;
    const auto close = closing(in, i + 1);
    if (close + 2 >= in.size() || (in[close + 1] != "by" && in[close + 1] != "without")) continue;
    const auto end = closing(in, close + 2);
    if (end == in.size()) continue;
    const auto at = [&](std::size_t n) { return in.begin() + static_cast<std::ptrdiff_t>(n); };
    std::rotate(at(i + 1), at(close + 1), at(end + 1));
  }
}

/// `group_left ()` and `ignoring ()` say no more than without brackets, or nothing at all.
void drop_empty_lists(tokens& in) {
  for (std::size_t i = 0; i + 2 < in.size();) {
    const bool empty = in[i + 1] == "(" && in[i + 2] == ")";
    const auto at = in.begin() + static_cast<std::ptrdiff_t>(i);
    if (empty && (in[i] == "group_left" || in[i] == "group_right")) {
      in.erase(at + 1, at + 3);
    } else if (empty && in[i] == "ignoring") {
      in.erase(at, at + 3);
      if (i > 0) --i;  // what stood before may have got an empty list
    } else {
      ++i;
    }
  }
}

std::string joined(const tokens& in, std::size_t from, std::size_t to) {
  std::string out;
  for (auto i = from; i < to; ++i) {
    if (!out.empty()) out += ' ';
    out += in[i];
  }
  return out;
}

/// The conditions between the braces at `open` and `close`, in the order of their text.
std::string conditions(const tokens& in, std::size_t open, std::size_t close) {
  std::vector<std::string> list;
  for (auto from = open + 1; from < close;) {
    auto to = from;
    while (to < close && in[to] != ",") ++to;
    if (to > from) list.push_back(joined(in, from, to));
    from = to + 1;
  }
  std::sort(list.begin(), list.end());
  const auto all = joined(list, 0, list.size());
  return all.empty() && open > 0 && is_name(in[open - 1].back()) ? "" : "{ " + all + " }";
}

/// Whether brackets close what they open, and braces hold conditions only: else it is no PromQL,
/// and nothing in it may change its place.
bool well_nested(const tokens& in) {
  std::string open;
  for (const auto& token : in) {
    if (token == "(" || token == "[" || token == "{") {
      if (open.ends_with('{')) return false;
      open += token;
    } else if (token == ")" || token == "]" || token == "}") {
      const char opened = token == ")" ? '(' : token == "]" ? '[' : '{';
      if (!open.ends_with(opened)) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

std::string arranged(tokens in) {
  drop_empty_lists(in);
  move_groupings(in);
  std::string out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    std::string piece = in[i];
    if (piece == "{") {
      auto close = i;
      while (close < in.size() && in[close] != "}") ++close;
      piece = conditions(in, i, close);
      i = close;
    }
    if (piece.empty()) continue;
    if (!out.empty()) out += ' ';
    out += piece;
  }
  return out;
}

// What is PromQL is arranged at once; of anything else, arranging may bring up more to arrange.
constexpr int most_rounds = 8;

}  // namespace

std::string canonical_promql(std::string_view expression) {
  const auto in = scanner(expression).all();
  const auto plain = joined(in, 0, in.size());
  if (!well_nested(in)) return plain;
  auto out = arranged(in);
  for (int round = 0; round < most_rounds; ++round) {
    auto again = arranged(scanner(out).all());
    if (again == out) return out;
    out = std::move(again);
  }
  return plain;
}

}  // namespace slo
