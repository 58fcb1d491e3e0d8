#include "sidecar/proxy/route_trie.hpp"

namespace sidecar {

segment_kind kind_of_segment(std::string_view segment) noexcept {
  if (segment.size() < 3 || segment.front() != '{' || segment.back() != '}')
    return segment_kind::literal;
  return segment.ends_with("...}") ? segment_kind::rest : segment_kind::one;
}

int route_trie::new_node() {
  nodes_.emplace_back();
  return static_cast<int>(nodes_.size()) - 1;
}

int route_trie::next_or_new(int at, std::string_view segment, segment_kind kind) {
  const auto index = static_cast<std::size_t>(at);
  if (kind == segment_kind::one) {
    if (nodes_[index].one >= 0) return nodes_[index].one;
    const int added = new_node();
    return nodes_[index].one = added;
  }
  if (const literal* known = find(nodes_[index], segment)) return known->node;
  const int added = new_node();
  nodes_[index].literals.push_back({tag_of(segment), added, std::string(segment)});
  return added;
}

int route_trie::add(std::string_view route) {
  int at = 0;
  bool rest = false;
  for (route.remove_prefix(1); !route.empty();) {
    const auto segment = take_segment(route);
    const segment_kind kind = kind_of_segment(segment);
    rest = kind == segment_kind::rest;
    if (!rest) at = next_or_new(at, segment, kind);
  }
  node& n = nodes_[static_cast<std::size_t>(at)];
  int& leaf = rest ? n.rest_leaf : n.leaf;
  if (leaf < 0) leaf = static_cast<int>(leaves_++);
  return leaf;
}

std::size_t route_trie::siblings_of(std::string_view route) const noexcept {
  int at = 0;
  for (route.remove_prefix(1); !route.empty();) {
    const node& n = nodes_[static_cast<std::size_t>(at)];
    const auto segment = take_segment(route);
    switch (kind_of_segment(segment)) {
      case segment_kind::rest: return 0;
      case segment_kind::one: at = n.one; break;
      case segment_kind::literal: {
        const literal* known = find(n, segment);
        if (!known) return n.literals.size();
        at = known->node;
      }
    }
    if (at < 0) return 0;
  }
  return 0;
}

}  // namespace sidecar
