// How a secret is read: from a file or from the environment, and never shown.
#include <filesystem>
#include <fstream>

#include "core/config_reader.hpp"

namespace core {
namespace {

/// The text of a secret's file; nullopt and a problem when there is none.
std::optional<std::string> read_secret_file(const node& from, const std::string& name, reading& r) {
  constexpr std::size_t limit = 64 * 1024;
  const auto path = std::filesystem::path(r.directory) / name;
  std::error_code error;
  if (const bool file = std::filesystem::is_regular_file(path, error); !file || error) {
    r.found.add(from.at, "cannot read " + path.string() + ": " +
                             (error ? error.message() : "it is no regular file"));
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(limit + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad() || static_cast<std::size_t>(in.gcount()) > limit) {
    r.found.add(from.at, "cannot read " + path.string(), "a readable file of at most 64 KiB");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

class secret_kind final : public value_kind {
 public:
  void read(const node& from, void* into, reading& r) const override {
    constexpr std::string_view prefix = "file:";
    auto text = detail::scalar_text(from, "secret", "file:PATH or ${NAME}", r);
    // Only what is written decides: a value from the environment is taken as it is.
    if (text && from.text.starts_with(prefix)) {
      text = read_secret_file(from, text->substr(prefix.size()), r);
    }
    if (!text) return;
    if (text->empty()) {
      r.found.add(from.at, "the secret is empty", "file:PATH or ${NAME}");
      return;
    }
    *static_cast<secret*>(into) = secret(std::move(*text));
  }
  std::string schema() const override { return R"({"type":"string"})"; }
  std::string name() const override { return "secret"; }
  std::string show(const void* value) const override {
    return static_cast<const secret*>(value)->empty() ? "null" : "<secret>";
  }
};

}  // namespace

const value_kind& detail::scalar_kind(std::type_identity<secret>) {
  static const secret_kind kind;
  return kind;
}

}  // namespace core
