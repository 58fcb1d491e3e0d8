#include "core/document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "core/utf8.hpp"

namespace core {
namespace {

/// Builds nodes from yaml-cpp's events. Its node tree is not used, because it lets duplicate keys
/// pass and loses where things stand.
class tree_builder final : public YAML::EventHandler {
 public:
  tree_builder(std::string_view file, std::string_view text, problems& out)
      : file_(file), text_(text), out_(out) {}

  node take_root() { return std::move(root_); }
  /// Where the last document began.
  const YAML::Mark& start() const { return start_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    start_ = mark;
    stack_.clear();
    root_ = {};
    root_.at = place(mark);
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    // A value that is missing carries the mark of whatever comes next; a key's is right.
    put(make(node_kind::null, mark), expects_key() || is_written_null(mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    out_.add(place(mark), "an alias (*name) is not supported", "the value written out");
    put(make(node_kind::null, mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    refuse_tag(mark, tag);
    node scalar = make(node_kind::scalar, mark);
    scalar.text = value;
    scalar.quoted = tag == "!";
    put(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    stack_.emplace_back(make(node_kind::sequence, mark));
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    stack_.emplace_back(make(node_kind::map, mark));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    out_.add(place(mark), "an anchor (&" + name + ") is not supported",
             "the value written where it is used");
  }

 private:
  /// A list or map whose end has not come yet.
  struct open_node {
    explicit open_node(node n) : value(std::move(n)) {}
    node value;
    std::optional<node> key;                     // of a map: read, its value has not come yet
    std::unordered_map<std::string, int> lines;  // of a map: the keys seen, and where
  };

  position place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  node make(node_kind kind, const YAML::Mark& mark) const {
    node n;
    n.kind = kind;
    n.at = place(mark);
    return n;
  }

  bool expects_key() const {
    return !stack_.empty() && stack_.back().value.is_map() && !stack_.back().key;
  }

  /// Whether the mark is that of a null somebody wrote, and not of one that is understood.
  bool is_written_null(const YAML::Mark& mark) const {
    if (mark.pos < 0 || static_cast<std::size_t>(mark.pos) >= text_.size()) return false;
    const auto rest = text_.substr(static_cast<std::size_t>(mark.pos));
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
      if (!rest.starts_with(word)) continue;
      const auto after = rest.substr(word.size());
      if (!after.empty() && std::string_view(" \t\r\n,]}").find(after[0]) == after.npos) continue;
      // `null : 1` on the next line is a key, not the missing value of this one.
      const auto next = after.find_first_not_of(" \t");
      return next == after.npos || after[next] != ':';
    }
    return false;
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    out_.add(place(mark), "an explicit tag (" + tag + ") is not supported", "the value alone");
  }

  void close() {
    node done = std::move(stack_.back().value);
    stack_.pop_back();
    put(std::move(done));
  }

  /// Adds a finished node to what is open. `placed` is false for a value that is not there.
  void put(node n, bool placed = true) {
    if (stack_.empty()) {
      if (!placed) n.at = root_.at;
      root_ = std::move(n);
      return;
    }
    open_node& parent = stack_.back();
    if (parent.value.is_sequence()) {
      if (!placed) n.at = parent.value.at;
      parent.value.items.push_back(std::move(n));
    } else if (!parent.key) {
      if (!placed) n.at = parent.value.at;
      parent.key = std::move(n);
    } else {
      if (!placed) n.at = parent.key->at;
      put_member(parent, std::move(n));
    }
  }

  void put_member(open_node& map, node value) {
    node key = std::move(*map.key);
    map.key.reset();
    if (!key.is_scalar()) {
      out_.add(key.at, std::string("a key cannot be ") + key.kind_name(), "a string");
      return;
    }
    const auto [first, added] = map.lines.emplace(key.text, key.at.line);
    if (!added) {
      out_.add(key.at, "duplicate key \"" + key.text + "\"",
               "it once; it is on line " + std::to_string(first->second) + " already");
      return;
    }
    map.value.members.push_back({std::move(key), std::move(value)});
  }

  std::string_view file_;
  std::string_view text_;
  problems& out_;
  YAML::Mark start_;
  node root_;
  std::vector<open_node> stack_;
};

/// The first place of `text` that YAML does not allow in any file, as the offset; npos for none.
/// The parser would stop silently at some of these, and replace others.
std::size_t find_unprintable(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_sequence(text.substr(i));
    const auto c = static_cast<unsigned char>(text[i]);
    const bool control = c == 0x7F || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
    if (length == 0 || control) return i;
    i += length;
  }
  return std::string_view::npos;
}

position place_of(std::string_view file, std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto newline = before.rfind('\n');
  const auto line_start = newline == std::string_view::npos ? 0 : newline + 1;
  return {file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(offset - line_start) + 1};
}

/// The parser's words for a tab in the indentation are about something else.
std::string hint_for_line(std::string_view text, int line) {
  for (int i = 1; i < line && !text.empty(); ++i) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  const auto indented = text.find_first_not_of(' ');
  const bool tab = indented != std::string_view::npos && text[indented] == '\t';
  return tab ? "spaces instead of tabs as indentation" : "";
}

std::string without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return std::string(text.substr(text.starts_with(mark) ? mark.size() : 0));
}

}  // namespace

document::document() : file_(std::make_unique<std::string>()) {}
document::document(document&&) noexcept = default;
document& document::operator=(document&&) noexcept = default;
document::~document() = default;

document document::parse(std::string file_name, std::string_view raw, problems& out) {
  document result;
  *result.file_ = std::move(file_name);
  const std::string text = without_byte_order_mark(raw);
  if (const auto bad = find_unprintable(text); bad != std::string_view::npos) {
    out.add(place_of(*result.file_, text, bad), "a byte that cannot stand in a YAML file",
            "UTF-8 text without control characters");
    return result;
  }
  std::istringstream in(text);
  tree_builder builder(*result.file_, text, out);
  try {
    YAML::Parser parser(in);
    for (int last = -1; parser.HandleNextDocument(builder); last = builder.start().pos) {
      // Where a token is out of place, yaml-cpp gives empty documents without end.
      if (builder.start().pos == last) {
        result.roots_.pop_back();
        throw YAML::ParserException(builder.start(), "this is out of place");
      }
      result.roots_.push_back(builder.take_root());
    }
    result.whole_ = true;
  } catch (const YAML::Exception& e) {
    // The document it is in is given up: half of it would look as if keys were missing.
    const position at{*result.file_, std::max(e.mark.line, 0) + 1, std::max(e.mark.column, 0) + 1};
    out.add(at, e.msg, hint_for_line(text, at.line));
  }
  return result;
}

document document::load(const std::string& path, problems& out) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // A directory opens but cannot be read; an empty file sets failbit without being an error.
  const bool opened = file.is_open() && (file.peek(), !file.bad());
  if (opened) text << file.rdbuf();
  if (!opened || file.bad()) {
    document result;
    *result.file_ = path;
    out.add({*result.file_, 0, 0},
            std::string("cannot be read: ") + (errno != 0 ? std::strerror(errno) : "I/O error"));
    return result;
  }
  return parse(path, text.str(), out);
}

}  // namespace core
