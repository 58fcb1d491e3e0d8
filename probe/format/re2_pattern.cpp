#include "probe/format/re2_pattern.hpp"

#include <algorithm>
#include <boost/regex.hpp>
#include <charconv>

#include "core/json_text.hpp"
#include "probe/format/re2_syntax.hpp"

namespace probe {
namespace {

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The names of an expression's groups in order of their numbers, the whole match first.
std::vector<std::string> names_of(std::string_view re2) {
  std::vector<std::string> out{""};
  bool in_class = false;
  for (std::size_t i = 0; i < re2.size(); ++i) {
    if (re2[i] == '\\') {
      if (re2.substr(i).starts_with("\\Q")) i = std::min(re2.find("\\E", i), re2.size() - 1);
      ++i;
    } else if (in_class) {
      in_class = re2[i] != ']';
    } else if (re2[i] == '[') {
      in_class = true;
      i += re2.substr(i).starts_with("[^]") ? 2 : re2.substr(i).starts_with("[]") ? 1 : 0;
    } else if (re2[i] == '(') {
      const auto rest = re2.substr(i);
      if (rest.starts_with("(?P<"))
        out.emplace_back(rest.substr(4, rest.find('>') - 4));
      else if (!rest.starts_with("(?"))
        out.emplace_back();
    }
  }
  return out;
}

/// The group that a reference names; nothing when it is none.
std::string_view named(const re2_pattern::groups& from, std::string_view name) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc{} && end == name.data() + name.size())
    return number < from.all.size() ? from.all[number].text : std::string_view();
  for (const auto& g : from.all)
    if (!g.name.empty() && g.name == name) return g.text;
  return {};
}

}  // namespace

struct re2_pattern::compiled {
  boost::regex expression;
  std::vector<std::string> names;
};

std::optional<re2_pattern> re2_pattern::compile(std::string text, std::string& why) {
  const auto perl = perl_from_re2(text, why);
  if (!perl) return std::nullopt;
  try {
    const auto flags = boost::regex::perl | boost::regex::no_mod_m | boost::regex::no_mod_s;
    re2_pattern out;
    out.compiled_ =
        std::make_shared<compiled>(compiled{boost::regex(*perl, flags), names_of(text)});
    out.source_ = std::move(text);
    return out;
  } catch (const boost::regex_error& e) {
    why = e.what();
    return std::nullopt;
  }
}

re2_pattern::outcome re2_pattern::search(std::string_view text, groups* into) const {
  if (!compiled_) return outcome::yes;  // the empty expression
  boost::match_results<const char*> found;
  try {
    const char* const begin = text.data() ? text.data() : "";
    if (!boost::regex_search(begin, begin + text.size(), found, compiled_->expression))
      return outcome::no;
  } catch (const std::runtime_error&) {
    return outcome::gave_up;
  }
  if (!into) return outcome::yes;
  into->all.clear();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& names = compiled_->names;
    std::string_view matched;
    if (found[static_cast<int>(i)].matched)
      matched = {found[static_cast<int>(i)].first,
                 static_cast<std::size_t>(found[static_cast<int>(i)].length())};
    into->all.push_back({i < names.size() ? names[i] : std::string(), matched});
  }
  return outcome::yes;
}

std::string re2_pattern::groups::expand(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    const auto dollar = std::min(text.find('$'), text.size());
    out.append(text.substr(0, dollar));
    text.remove_prefix(dollar);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.starts_with('$')) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    const bool braced = text.starts_with('{');
    const auto name_text = text.substr(braced ? 1 : 0);
    const auto size = static_cast<std::size_t>(
        std::find_if_not(name_text.begin(), name_text.end(), is_word) - name_text.begin());
    const bool closed = !braced || (size < name_text.size() && name_text[size] == '}');
    if (size == 0 || !closed) {
      out += '$';  // begins no reference
      continue;
    }
    out.append(named(*this, name_text.substr(0, size)));
    text.remove_prefix(size + (braced ? 2 : 0));
  }
  return out;
}

namespace {

class re2_kind final : public core::value_kind {
 public:
  void read(const core::node& from, void* into, core::reading& r) const override {
    const auto text = core::detail::scalar_text(from, name(), "an expression of RE2", r);
    if (!text) return;
    std::string why;
    if (auto compiled = re2_pattern::compile(*text, why))
      *static_cast<re2_pattern*>(into) = *std::move(compiled);
    else
      r.found.add(from.at, core::json_string(*text) + " is no regular expression: " + why,
                  "an expression of RE2");
  }
  std::string schema() const override { return R"({"type":"string","format":"regex"})"; }
  std::string name() const override { return "regular expression"; }
  std::string show(const void* value) const override {
    return core::json_string(static_cast<const re2_pattern*>(value)->source());
  }
};

}  // namespace
}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::re2_pattern>() {
  static const probe::re2_kind kind;
  return kind;
}
