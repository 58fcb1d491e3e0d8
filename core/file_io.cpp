#include "core/file_io.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <new>
#include <string>

#include "core/file_descriptor.hpp"

namespace core {

bool write_all(int fd, std::string_view text, std::uint64_t offset) noexcept {
  while (!text.empty()) {
    const auto n = ::pwrite(fd, text.data(), text.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return true;
}

bool read_all(int fd, char* into, std::size_t size, std::uint64_t offset) noexcept {
  while (size > 0) {
    const auto n = ::pread(fd, into, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    into += n;
    size -= static_cast<std::size_t>(n);
    offset += static_cast<std::uint64_t>(n);
  }
  return true;
}

bool replace_contents(const std::filesystem::path& path, std::string_view text,
                      unsigned mode) noexcept try {
  static std::atomic<unsigned> next{0};
  const std::string temporary =
      path.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(next++) + ".tmp";
  const file_descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                                    static_cast<mode_t>(mode)));
  if (!file) return false;
  if (write_all(file.get(), text, 0) && ::fsync(file.get()) == 0 &&
      ::rename(temporary.c_str(), path.c_str()) == 0)
    return true;
  const int why = errno;
  ::unlink(temporary.c_str());
  errno = why;
  return false;
} catch (const std::bad_alloc&) {
  errno = ENOMEM;
  return false;
}

std::optional<std::string> contents(const std::filesystem::path& path) {
  const file_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0) return std::nullopt;
  std::string out(static_cast<std::size_t>(about.st_size), '\0');
  if (!read_all(file.get(), out.data(), out.size(), 0)) return std::nullopt;
  return out;
}

}  // namespace core
