#include "tests/integration/allocation_hook.hpp"

#include <execinfo.h>
#include <malloc.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

namespace tests {
namespace {

struct place {
  std::size_t size = 0;
  std::array<void*, 8> frames{};
  int depth = 0;
};

constexpr std::size_t most_places = 12;

// Written by the watched thread alone, read once counting is over.
std::array<place, most_places> places;
std::atomic<std::uint64_t> count{0};
std::atomic<bool> counting{false};
thread_local bool watched = false;

[[maybe_unused]] void note(std::size_t size) noexcept {
  if (!watched || !counting.load(std::memory_order_acquire)) return;
  const auto n = count.fetch_add(1, std::memory_order_acq_rel);
  if (n >= most_places) return;
  place& at = places[n];
  at.size = size;
  at.depth = backtrace(at.frames.data(), static_cast<int>(at.frames.size()));
}

}  // namespace

void watch_this_thread() {
  // The first backtrace of a thread loads what it needs.
  std::array<void*, 2> frames{};
  backtrace(frames.data(), static_cast<int>(frames.size()));
  watched = true;
}

void count_allocations(bool on) {
  if (on) count.store(0, std::memory_order_release);
  counting.store(on, std::memory_order_release);
}

std::uint64_t allocations() {
  return count.load(std::memory_order_acquire);
}

std::string where_allocated() {
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(allocations(), most_places); ++i) {
    const place& at = places[i];
    out += std::to_string(at.size) + " bytes at\n";
    const std::unique_ptr<char*, decltype(&std::free)> names(
        backtrace_symbols(at.frames.data(), at.depth), &std::free);
    for (int frame = 2; names && frame < at.depth; ++frame)
      out += std::string("    ") + names.get()[frame] + "\n";
  }
  return out;
}

}  // namespace tests

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  tests::note(size);
  return ::memalign(alignment, size);
}

void* operator new(std::size_t size) {
  tests::note(size);
  if (void* made = std::malloc(size)) return made;
  throw std::bad_alloc();
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  if (void* made = aligned_alloc(static_cast<std::size_t>(alignment), size)) return made;
  throw std::bad_alloc();
}

void operator delete(void* what) noexcept {
  std::free(what);
}
void operator delete(void* what, std::size_t) noexcept {
  std::free(what);
}
void operator delete(void* what, std::align_val_t) noexcept {
  std::free(what);
}
void operator delete(void* what, std::size_t, std::align_val_t) noexcept {
  std::free(what);
}

#endif
