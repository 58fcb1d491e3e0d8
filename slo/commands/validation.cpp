#include "slo/commands/validation.hpp"

#include <algorithm>
#include <tuple>

#include "core/json_text.hpp"
#include "core/json_writer.hpp"

namespace slo {

namespace {

std::vector<core::problem> in_order(const core::problems& of) {
  auto out = of.list();
  std::stable_sort(out.begin(), out.end(), [](const core::problem& a, const core::problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  return out;
}

std::string list_json(const core::problems& of) {
  core::json_list out;
  for (const auto& p : in_order(of)) {
    core::json_object one;
    one.text("file", p.file).count("line", p.line).count("column", p.column).text("what", p.what);
    if (!p.expected.empty()) one.text("expected", p.expected);
    out.add(one.take());
  }
  return out.take();
}

}  // namespace

std::string notes_text(const core::problems& notes) {
  std::string out;
  for (auto p : in_order(notes)) {
    p.what = "note: " + p.what;
    out += p.to_string() + "\n";
  }
  return out;
}

std::string validation_json(const validation& seen) {
  core::json_list ids;
  for (const auto& id : seen.objectives) ids.add(core::json_string(id));
  return core::json_object()
      .boolean("valid", seen.found.empty())
      .raw("problems", list_json(seen.found))
      .raw("notes", list_json(seen.notes))
      .raw("objectives", ids.take())
      .take();
}

}  // namespace slo
