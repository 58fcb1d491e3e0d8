// How modules are written as YAML: their tables show them in flow style, which is read again,
// pruned and written in blocks.
#include <algorithm>
#include <array>
#include <charconv>

#include "core/http_head.hpp"
#include "core/json_text.hpp"
#include "probe/blackbox/compiled_module.hpp"

namespace probe::blackbox {
namespace {

using core::node;

/// What Go's omitempty leaves out.
bool is_empty(const node& n) {
  if (n.is_null()) return true;
  if (n.is_scalar()) return n.text.empty() || (!n.quoted && (n.text == "false" || n.text == "0"));
  return n.items.empty() && n.members.empty();
}

void prune(node& n) {
  for (auto& m : n.members) prune(m.value);
  for (auto& item : n.items) prune(item);
  const bool all = std::all_of(n.members.begin(), n.members.end(),
                               [](const node::member& m) { return is_empty(m.value); });
  // The keys of Go's structs that are not left out by themselves.
  std::erase_if(n.members, [all](const node::member& m) {
    const bool always = m.key.text == "insecure_skip_verify" || m.key.text == "enable_http2" ||
                        m.key.text == "follow_redirects";
    return is_empty(m.value) && (all || !always);
  });
}

bool is_number(std::string_view text) noexcept {
  double number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

bool is_word_of_yaml(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 10> words{"true", "false", "null", "~", "yes",
                                                   "no",   "on",    "off",  "y", "n"};
  return std::any_of(words.begin(), words.end(),
                     [text](std::string_view word) { return core::iequals(word, text); });
}

/// Whether it can stand without quotes in a block (YAML 1.2, 7.3.3).
bool is_plain(std::string_view text) noexcept {
  constexpr std::string_view indicators = "-?:,[]{}#&*!|>'\"%@`";
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  // These three may begin a scalar when no space follows.
  const bool harmless =
      text.size() > 1 && std::string_view("-?:").find(text[0]) != text.npos && text[1] != ' ';
  return (harmless || indicators.find(text[0]) == std::string_view::npos) &&
         text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos;
}

std::string scalar(const node& n) {
  const bool one_line = std::all_of(n.text.begin(), n.text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) != 0x7f;
  });
  if (!one_line) return core::json_string(n.text);
  if (n.quoted && (is_number(n.text) || is_word_of_yaml(n.text))) return '"' + n.text + '"';
  if (is_plain(n.text)) return n.text;
  std::string out = "'";
  for (const char c : n.text) out.append(c == '\'' ? 2 : 1, c);
  return out += '\'';
}

class block_writer {
 public:
  explicit block_writer(int indent) : indent_(static_cast<std::size_t>(indent)) {}

  /// The lines of a map, each begun by `margin` but the first, which begins where `out` is.
  void map(const node& n, std::size_t margin, std::string& out) const {
    bool first = true;
    for (const auto& m : n.members) {
      if (!first) out.append(margin, ' ');
      first = false;
      out.append(scalar(m.key)).append(":");
      value(m.value, margin, out);
    }
  }

 private:
  void value(const node& n, std::size_t margin, std::string& out) const {
    if (n.is_scalar() || n.is_null()) {
      out.append(" ").append(scalar(n)).append("\n");
    } else if (n.is_map()) {
      out.append("\n").append(margin + indent_, ' ');
      map(n, margin + indent_, out);
    } else {
      out += '\n';
      // yaml.v2 (2 spaces) does not indent its lists, yaml.v3 (4 spaces) does.
      const std::size_t at = indent_ > 2 ? margin + indent_ : margin;
      for (const auto& item : n.items) {
        out.append(at, ' ').append("- ");
        if (item.is_map() && item.members.empty())
          out += "{}\n";
        else if (item.is_map())
          map(item, at + 2, out);
        else
          out.append(scalar(item)).append("\n");
      }
    }
  }

  std::size_t indent_;
};

node tree_of(const module_config& config) {
  core::problems ignored;
  const auto shown =
      core::document::parse("", core::table_of<module_config>().show(&config), ignored);
  return shown.roots().empty() ? node() : shown.roots().front();
}

}  // namespace

std::string show_module(const module_config& config, int indent, int level) {
  node tree = tree_of(config);
  prune(tree);
  std::string out(static_cast<std::size_t>(indent * level), ' ');
  block_writer(indent).map(tree, static_cast<std::size_t>(indent * level), out);
  return out;
}

std::string show_file(const file_config& config) {
  std::string out = config.modules.empty() ? "modules: {}\n" : "modules:\n";
  for (const auto& [name, module] : config.modules) {
    node key;
    key.kind = core::node_kind::scalar;
    key.text = name;
    key.quoted = true;
    out.append("    ").append(scalar(key)).append(":\n").append(show_module(module, 4, 2));
  }
  return out;
}

}  // namespace probe::blackbox
