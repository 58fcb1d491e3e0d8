#pragma once

#include <cstddef>

namespace core {

/// Lets the heap keep up to `bytes` of what was freed at its end (an arena: one a thread at most)
/// for the next allocations, and take blocks of up to half of that from it. For programs that hold
/// and free megabytes several times a second: giving them back to the kernel and faulting them in
/// anew costs them more than everything else. Called once, at start-up. Only glibc's allocator is
/// told.
void keep_heap(std::size_t bytes) noexcept;

}  // namespace core
