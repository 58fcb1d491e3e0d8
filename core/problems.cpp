#include <algorithm>
#include <tuple>

#include "core/document.hpp"

namespace core {

std::string problem::to_string() const {
  std::string out = file;
  if (line > 0) out += (out.empty() ? "" : ":") + std::to_string(line);
  if (line > 0 && column > 0) out += ":" + std::to_string(column);
  out += (out.empty() ? "" : ": ") + what;
  if (!expected.empty()) out += " (expected " + expected + ")";
  return out;
}

void problems::add(const position& at, std::string what, std::string expected) {
  list_.push_back({std::string(at.file), at.line, at.column, std::move(what), std::move(expected)});
}

std::string problems::to_string() const {
  std::vector<const problem*> sorted;
  for (const problem& p : list_) sorted.push_back(&p);
  std::stable_sort(sorted.begin(), sorted.end(), [](const problem* a, const problem* b) {
    return std::tie(a->file, a->line, a->column) < std::tie(b->file, b->line, b->column);
  });
  std::string out;
  for (const problem* p : sorted) out += p->to_string() + "\n";
  return out;
}

const node* node::find(std::string_view key) const noexcept {
  for (const member& m : members) {
    if (m.key.text == key) return &m.value;
  }
  return nullptr;
}

const char* node::kind_name() const noexcept {
  switch (kind) {
    case node_kind::scalar: return "a string";
    case node_kind::sequence: return "a list";
    case node_kind::map: return "a map";
    case node_kind::null: break;
  }
  return "nothing";
}

}  // namespace core
