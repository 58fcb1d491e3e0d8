#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace sidecar {

/// Takes the first segment off a path without its leading slash; a slash at the end begins none.
inline std::string_view take_segment(std::string_view& path) noexcept {
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), segment.size() + 1));
  return segment;
}

/// What a segment of a template stands for: itself, one segment (`{id}`), or the rest (`{x...}`).
enum class segment_kind : std::uint8_t { literal, one, rest };
segment_kind kind_of_segment(std::string_view segment) noexcept;

/// Templates as a tree of their segments. Every template has a leaf: a number from 0, in order of
/// addition; templates that differ only in the names of their parameters have the same one. A
/// value; `walk` allocates nothing and goes to each node at most once.
class route_trie {
 public:
  /// The leaf of a template (`check_template` accepts it), added if it is not there.
  int add(std::string_view route);
  /// How many different literals follow the template's longest prefix that is there, when adding it
  /// would add one more there; 0 when it would add no literal to a node that there is.
  std::size_t siblings_of(std::string_view route) const noexcept;
  std::size_t leaves() const noexcept { return leaves_; }

  /// Calls `visit(leaf)` for the leaves that a path (without its query) fits until one gives true;
  /// literals before parameters before rests, segment by segment. Whether one did.
  template <class Visit>
  bool walk(std::string_view path, Visit visit) const {
    if (path.empty() || path.front() != '/') return false;
    return walk_from(0, path.substr(1), visit);
  }
  /// Calls `visit(leaf)` for every leaf in the order of `walk`; literals in alphabetical order.
  template <class Visit>
  void each(Visit visit) const {
    each_from(0, visit);
  }

 private:
  // A literal's length and first bytes: most comparisons end here, for short ones all of them.
  struct literal {
    std::uint64_t tag = 0;
    int node = -1;
    std::string text;
  };
  struct node {
    std::vector<literal> literals;
    int one = -1;
    int leaf = -1;       // of a path that ends here
    int rest_leaf = -1;  // of any that goes on
  };
  static std::uint64_t tag_of(std::string_view text) noexcept {
    std::uint64_t tag = 0;
    std::memcpy(&tag, text.data(), std::min<std::size_t>(text.size(), 7));
    return tag << 8 | (text.size() & 0xff);
  }
  int next_or_new(int at, std::string_view segment, segment_kind kind);
  int new_node();
  const literal* find(const node& n, std::string_view segment) const noexcept {
    const std::uint64_t tag = tag_of(segment);
    for (const literal& l : n.literals)
      if (l.tag == tag && (segment.size() < 8 || l.text == segment)) return &l;
    return nullptr;
  }
  template <class Visit>
  bool walk_from(int at, std::string_view path, Visit& visit) const {
    const node& n = nodes_[static_cast<std::size_t>(at)];
    if (path.empty()) return n.leaf >= 0 && visit(n.leaf);
    std::string_view rest = path;
    const auto segment = take_segment(rest);
    if (!segment.empty()) {
      const literal* same = find(n, segment);
      if (same && walk_from(same->node, rest, visit)) return true;
      if (n.one >= 0 && walk_from(n.one, rest, visit)) return true;
    }
    return n.rest_leaf >= 0 && visit(n.rest_leaf);
  }
  template <class Visit>
  void each_from(int at, Visit& visit) const {
    const node& n = nodes_[static_cast<std::size_t>(at)];
    if (n.leaf >= 0) visit(n.leaf);
    std::vector<const literal*> sorted;
    for (const literal& l : n.literals) sorted.push_back(&l);
    std::sort(sorted.begin(), sorted.end(),
              [](const literal* a, const literal* b) { return a->text < b->text; });
    for (const literal* l : sorted) each_from(l->node, visit);
    if (n.one >= 0) each_from(n.one, visit);
    if (n.rest_leaf >= 0) visit(n.rest_leaf);
  }

  std::vector<node> nodes_ = std::vector<node>(1);
  std::size_t leaves_ = 0;
};

}  // namespace sidecar
