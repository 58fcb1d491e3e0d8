#include "core/document.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// Every node stands inside the text that was read.
void check(const core::node& n, int lines) {
  require(n.at.line >= 1 && n.at.line <= lines + 1 && n.at.column >= 1);
  require(n.kind_name() != nullptr);
  for (const core::node& item : n.items) check(item, lines);
  for (const core::node::member& m : n.members) {
    require(m.key.is_scalar() && n.find(m.key.text) == &m.value);
    check(m.value, lines);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  core::problems found;
  const core::document document = core::document::parse("fuzz.yaml", text, found);
  require(document.whole() || !found.empty());
  const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
  for (const core::node& root : document.roots()) check(root, lines);
  for (const core::problem& p : found.list())
    require(p.line >= 1 && p.line <= lines + 1 && !p.what.empty());
  return 0;
}
