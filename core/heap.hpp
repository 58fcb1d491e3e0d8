#pragma once

#include <cstddef>

namespace core {

/// Lets the heap keep up to `bytes` of what was freed at its end (an arena: one a thread at most)
/// for the next allocations, and take blocks of up to half of that from it. For programs that hold
/// and free megabytes several times a second: giving them back to the kernel and faulting them in
/// anew costs them more than everything else. Called once, at start-up. Only glibc's allocator is
/// told.
void keep_heap(std::size_t bytes) noexcept;

/// Gives back to the kernel what is free, also in the midst of what is not: after something large
/// that does not happen again soon, such as reading thousands of files. Takes milliseconds.
void trim_heap() noexcept;

}  // namespace core
