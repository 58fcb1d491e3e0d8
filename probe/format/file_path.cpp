#include "probe/format/file_path.hpp"

#include <filesystem>

#include "core/json_text.hpp"

namespace probe {
namespace {

class path_kind final : public core::value_kind {
 public:
  void read(const core::node& from, void* into, core::reading& r) const override {
    std::string text;
    const auto before = r.found.list().size();
    core::kind_of<std::string>().read(from, &text, r);
    if (r.found.list().size() != before) return;
    if (text.empty()) return r.found.add(from.at, "an empty path", "a file");
    static_cast<file_path*>(into)->path = (std::filesystem::path(r.directory) / text).string();
  }
  std::string schema() const override { return R"({"type":"string","minLength":1})"; }
  std::string name() const override { return "path"; }
  std::string show(const void* value) const override {
    const auto& path = *static_cast<const file_path*>(value);
    return path.empty() ? "null" : core::json_string(path.path);  // null: not shown
  }
};

}  // namespace
}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::file_path>() {
  static const probe::path_kind kind;
  return kind;
}
