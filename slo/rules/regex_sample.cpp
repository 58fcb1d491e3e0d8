#include "slo/rules/regex_sample.hpp"

#include <cctype>
#include <optional>

namespace slo {

namespace {

constexpr std::size_t most_samples = 64;
constexpr int most_repetitions = 16;

using texts = std::vector<std::string>;

/// Recursive descent; what is not understood ends it.
class sampler {
 public:
  explicit sampler(std::string_view text) : text_(text) {}

  std::optional<texts> all() {
    auto out = alternatives();
    if (!out || at_ != text_.size()) return std::nullopt;
    return out;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::optional<texts> alternatives() {
    texts out;
    do {
      auto some = sequence();
      if (!some) return std::nullopt;
      out.insert(out.end(), some->begin(), some->end());
      if (out.size() > most_samples) return std::nullopt;
    } while (take('|'));
    return out;
  }

  std::optional<texts> sequence() {
    texts out{""};
    while (!at_end() && text_[at_] != '|' && text_[at_] != ')') {
      auto piece = atom();
      if (!piece) return std::nullopt;
      const auto times = repetitions();
      if (!times) return std::nullopt;
      for (int i = 0; i < *times; ++i) {
        texts longer;
        for (const auto& head : out) {
          for (const auto& tail : *piece) longer.push_back(head + tail);
        }
        if (longer.size() > most_samples) return std::nullopt;
        out = std::move(longer);
      }
    }
    return out;
  }

  std::optional<texts> atom() {
    const char c = text_[at_++];
    switch (c) {
      case '(': return group();
      case '[': return character_class();
      case '\\': return escaped();
      case '.': return texts{"x"};
      case '^':
      case '$': return texts{""};
      case '*':
      case '+':
      case '?':
      case '{': return std::nullopt;
      default: return texts{std::string(1, c)};
    }
  }

  std::optional<texts> group() {
    if (take('?') && !take(':')) return std::nullopt;
    auto inner = alternatives();
    if (!inner || !take(')')) return std::nullopt;
    return inner;
  }

  std::optional<texts> escaped() {
    if (at_end()) return std::nullopt;
    const char c = text_[at_++];
    if (c == 'd') return texts{"0"};
    if (c == 'w') return texts{"a"};
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) return std::nullopt;
    return texts{std::string(1, c)};
  }

  /// Its first character; of a negated one, a character that it does not name.
  std::optional<texts> character_class() {
    const bool negated = take('^');
    const auto from = at_;
    const auto close = text_.find(']', at_ + 1);
    if (close == std::string_view::npos) return std::nullopt;
    at_ = close + 1;
    const auto named = text_.substr(from, close - from);
    if (!negated) return named.front() == '\\' ? std::nullopt : one(named.front());
    for (const char c : std::string_view("x0_-Z ")) {
      if (named.find(c) == std::string_view::npos) return one(c);
    }
    return std::nullopt;
  }

  static std::optional<texts> one(char c) { return texts{std::string(1, c)}; }

  /// How often an atom stands here: once where it may, as often as it must.
  std::optional<int> repetitions() {
    if (take('*') || take('+') || take('?')) {
      take('?');  // reluctant
      return 1;
    }
    if (!take('{')) return 1;
    int least = 0;
    bool any = false;
    for (; !at_end() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0; ++at_) {
      least = least * 10 + (text_[at_] - '0');
      any = true;
      if (least > most_repetitions) return std::nullopt;
    }
    const auto close = text_.find('}', at_);
    if (!any || close == std::string_view::npos) return std::nullopt;
    at_ = close + 1;
    return least == 0 ? 1 : least;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> regex_samples(std::string_view expression) {
  return sampler(expression).all().value_or(texts{});
}

}  // namespace slo
