#include "probe/format/pattern.hpp"

#include <boost/regex.hpp>

namespace probe {

struct pattern::compiled {
  boost::regex expression;
};

std::optional<pattern> pattern::compile(std::string text, std::string& why) {
  try {
    pattern out;
    out.compiled_ = std::make_shared<compiled>(compiled{boost::regex(text)});
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

}  // namespace probe
