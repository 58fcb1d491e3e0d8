#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/document.hpp"

namespace {

/// Every node stands inside the text that was read.
void check(const core::node& n, int lines) {
  if (n.at.line < 1 || n.at.line > lines + 1 || n.at.column < 1) std::abort();
  for (const core::node& item : n.items) check(item, lines);
  for (const core::node::member& m : n.members) {
    if (!m.key.is_scalar() || n.find(m.key.text) != &m.value) std::abort();
    check(m.value, lines);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  core::problems found;
  const core::document document = core::document::parse("fuzz.yaml", text, found);
  if (!document.whole() && found.empty()) std::abort();
  int lines = 1;
  for (const char c : text) lines += c == '\n';
  for (const core::node& root : document.roots()) check(root, lines);
  for (const core::problem& p : found.list()) {
    if (p.line < 1 || p.line > lines + 1 || p.what.empty()) std::abort();
  }
  return 0;
}
