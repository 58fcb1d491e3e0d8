#include "probe/format/pattern.hpp"

#include <boost/regex.hpp>

namespace probe {

struct pattern::compiled {
  boost::regex expression;
};

namespace {

/// The names of named groups; what is escaped or inside of a set is none.
std::vector<std::string> names_in(std::string_view source) {
  std::vector<std::string> out;
  bool in_set = false;
  for (std::size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    if (c == '\\') {
      ++i;
      continue;
    }
    if (c == '[') in_set = true;
    if (c == ']') in_set = false;
    if (in_set || source.substr(i, 3) != "(?<") continue;
    const auto end = source.find('>', i);
    const auto name = source.substr(i + 3, end == std::string_view::npos ? 0 : end - i - 3);
    if (!name.empty() && name[0] != '=' && name[0] != '!') out.emplace_back(name);
  }
  return out;
}

}  // namespace

std::optional<pattern> pattern::compile(std::string text, std::string& why) {
  try {
    pattern out;
    out.compiled_ = std::make_shared<compiled>(compiled{boost::regex(text)});
    out.names_ = names_in(text);
    out.source_ = std::move(text);
    return out;
  } catch (const boost::regex_error& e) {
    why = e.what();
    return std::nullopt;
  }
}

std::optional<std::string> pattern::find(std::string_view text) const {
  if (!compiled_) return std::nullopt;
  boost::match_results<const char*> found;
  try {
    if (!boost::regex_search(text.data(), text.data() + text.size(), found, compiled_->expression))
      return std::nullopt;
  } catch (const std::runtime_error&) {  // the search became too complex
    return std::nullopt;
  }
  return found.size() > 1 && found[1].matched ? found[1].str() : found[0].str();
}

std::size_t pattern::group_count() const noexcept {
  return compiled_ ? compiled_->expression.mark_count() : 0;
}

std::optional<pattern_match> pattern::match(std::string_view text) const {
  if (!compiled_) return std::nullopt;
  boost::match_results<const char*> found;
  const char* const begin = text.data();
  try {
    if (!boost::regex_search(begin, begin + text.size(), found, compiled_->expression))
      return std::nullopt;
  } catch (const std::runtime_error&) {  // the search became too complex
    return std::nullopt;
  }
  pattern_match out;
  out.begin = static_cast<std::size_t>(found[0].first - begin);
  out.end = static_cast<std::size_t>(found[0].second - begin);
  for (std::size_t i = 0; i < found.size(); ++i) out.groups.push_back(found[i].str());
  for (const auto& name : names_) out.named[name] = found[name].str();
  return out;
}

}  // namespace probe
