#include "core/heap.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace core {

void keep_heap(std::size_t bytes) noexcept {
#ifdef __GLIBC__
  const auto most = std::size_t{std::numeric_limits<int>::max()};
  mallopt(M_TRIM_THRESHOLD, static_cast<int>(std::min(bytes, most)));
  mallopt(M_MMAP_THRESHOLD, static_cast<int>(std::min(bytes / 2, most)));
#else
  static_cast<void>(bytes);
#endif
}

void trim_heap() noexcept {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace core
