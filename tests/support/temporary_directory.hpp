#pragma once

#include <filesystem>
#include <string_view>

namespace tests {

/// A directory that is removed at the end of its life. Everybody may read it, as a server that runs
/// as another user has to.
class temporary_directory {
 public:
  temporary_directory();
  ~temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace tests
