#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

/// Blocking file I/O that goes on after a short or interrupted call. On false errno says why.
namespace core {

/// Writes all of `text` at an offset.
bool write_all(int fd, std::string_view text, std::uint64_t offset) noexcept;
/// Reads exactly `size` bytes at an offset; false at the end of the file, too.
bool read_all(int fd, char* into, std::size_t size, std::uint64_t offset) noexcept;
/// Makes `text` the whole content of a file, through a temporary one beside it: readers see the old
/// content or the new one, never a part. The file is on disk when this returns, with `mode` less
/// the umask. Any thread.
bool replace_contents(const std::filesystem::path& path, std::string_view text,
                      unsigned mode = 0666) noexcept;
/// A file's bytes; nullopt when it cannot be read.
std::optional<std::string> contents(const std::filesystem::path& path);

}  // namespace core
