#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core {

/// Where something stands in a file. Lines and columns (in bytes) count from 1.
struct position {
  std::string_view file;  ///< owned by the `document`; empty for none
  int line = 0;
  int column = 0;
};

/// One thing wrong with a file, as a person reads it: `file:line:column: what (expected …)`.
struct problem {
  std::string file;
  int line = 0;
  int column = 0;
  std::string what;
  std::string expected;  ///< what would be right; may be empty

  std::string to_string() const;
};

/// Every problem of what was read; reading never stops at the first.
class problems {
 public:
  void add(const position& at, std::string what, std::string expected = {});
  bool empty() const noexcept { return list_.empty(); }
  const std::vector<problem>& list() const noexcept { return list_; }
  /// One line each (each with its newline), in order of file and line.
  std::string to_string() const;

 private:
  std::vector<problem> list_;
};

enum class node_kind { null, scalar, sequence, map };

/// A node of a YAML (so also JSON) document with its place in the file. A plain value tree: no
/// anchors or aliases (refused), no duplicate keys (refused), no type guessing; a scalar is its
/// text.
struct node {
  struct member;

  node_kind kind = node_kind::null;
  std::string text;             ///< of a scalar
  bool quoted = false;          ///< the scalar was written in quotes (so "5" is never a number)
  position at;                  ///< a value's own place; for a missing value, its key's
  std::vector<node> items;      ///< of a sequence
  std::vector<member> members;  ///< of a map, in file order

  bool is_null() const noexcept { return kind == node_kind::null; }
  bool is_scalar() const noexcept { return kind == node_kind::scalar; }
  bool is_sequence() const noexcept { return kind == node_kind::sequence; }
  bool is_map() const noexcept { return kind == node_kind::map; }

  /// The value of `key`, or null when this is no map or has none.
  const node* find(std::string_view key) const noexcept;
  /// "a string", "a list", "a map", "nothing": for messages.
  const char* kind_name() const noexcept;
};

struct node::member {
  node key;
  node value;
};

/// A file read into nodes; positions refer into it, so it is kept (and moved, not copied) while
/// they are used.
class document {
 public:
  /// Parses text as YAML 1.2; syntax errors, duplicate keys, anchors, aliases and explicit tags are
  /// problems, and so are keys that are no strings. What could be read is kept, so that later
  /// checks can report more; but a document with a syntax error is not among the roots.
  static document parse(std::string file_name, std::string_view text, problems& out);
  /// The same for a file; one that cannot be read is a problem at line 0.
  static document load(const std::string& path, problems& out);

  document(document&&) noexcept;
  document& operator=(document&&) noexcept;
  ~document();

  const std::string& file() const noexcept { return *file_; }
  /// The YAML documents of the file (`---` separates them).
  const std::vector<node>& roots() const noexcept { return roots_; }
  /// Whether all of the text became nodes: false after a syntax error or when it was not readable.
  bool whole() const noexcept { return whole_; }

 private:
  document();
  std::unique_ptr<std::string> file_;
  std::vector<node> roots_;
  bool whole_ = false;
};

}  // namespace core
