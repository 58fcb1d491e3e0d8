#include "probe/engine/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace probe {

std::uint64_t allow_many_runs() noexcept {
  constexpr rlim_t enough = 1 << 20, reserve = 128, least = 16;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 1024 - reserve;
  if (const auto wanted = std::min(files.rlim_max, enough); wanted > files.rlim_cur) {
    files.rlim_cur = wanted;
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0) ::getrlimit(RLIMIT_NOFILE, &files);
  }
  const auto usable = std::min(files.rlim_cur, enough);
  return usable > reserve + least ? usable - reserve : least;
}

}  // namespace probe
