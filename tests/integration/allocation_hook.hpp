#pragma once

#include <cstdint>
#include <string>

/// Allocations of one thread, counted by the C++ operators and by `aligned_alloc` (which Asio takes
/// for coroutine frames); this program defines them. Not under sanitizers, which bring their own.
namespace tests {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool allocations_are_counted = false;
#else
inline constexpr bool allocations_are_counted = true;
#endif

/// From now on the allocations of the calling thread count while `count_allocations(true)` holds.
void watch_this_thread();
/// Starts at zero again, or ends; callable from any thread.
void count_allocations(bool on);
std::uint64_t allocations();
/// Where the first few came from: sizes and return addresses, as `addr2line` wants them.
std::string where_allocated();

}  // namespace tests
