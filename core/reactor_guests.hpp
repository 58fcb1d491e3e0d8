#pragma once

#include <sys/epoll.h>

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <span>

namespace core {

/// Descriptors of ours in the epoll instance of an `io_context`, so that one wait serves Asio and
/// them. Asio has no public way to its instance: the two functions it calls there are replaced
/// where it is compiled, in asio_implementation.cpp.
///
/// An event with this bit in `data.u64` is ours, and Asio does not see it: what Asio and we point
/// to is aligned.
inline constexpr std::uint64_t guest_event = 1;

/// Gets the events of ours from each wait, at least one, on the thread that runs the `io_context`,
/// inside Asio's wait; `asio_too` says that Asio has events from the same wait, which it has not
/// looked at: nothing of its may be closed until then.
using guest_events = void (*)(std::span<const epoll_event> ours, bool asio_too);

/// Makes the epoll instance of an `io_context` that nothing has used yet, and sets who gets its
/// events of ours: one for the whole process. Gives the descriptor, which is Asio's.
int open_to_guests(boost::asio::io_context& io, guest_events take);

}  // namespace core
