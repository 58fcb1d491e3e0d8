#pragma once

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstddef>
#include <span>

/// The system calls of `byte_stream` on a non-blocking socket: -1 with errno on an error, never
/// interrupted, no signal.
namespace core {

// Straight to the kernel: in a process with threads, the library's functions are cancellation
// points and make entering and leaving them twice as dear.
inline ssize_t receive(int descriptor, std::span<char> into) noexcept {
  long got;
  do {
    got = ::syscall(SYS_recvfrom, descriptor, into.data(), into.size(), MSG_DONTWAIT, nullptr,
                    nullptr);
  } while (got < 0 && errno == EINTR);
  return got;
}

/// More buffers are not taken by one write.
inline constexpr std::size_t most_pieces = 16;
inline constexpr int transmit_flags = MSG_DONTWAIT | MSG_NOSIGNAL;

inline ssize_t transmit(int descriptor, const void* bytes, std::size_t size) noexcept {
  long sent;
  do {
    sent = ::syscall(SYS_sendto, descriptor, bytes, size, transmit_flags, nullptr, 0);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

inline ssize_t transmit(int descriptor, std::span<iovec> pieces) noexcept {
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  long sent;
  do {
    sent = ::syscall(SYS_sendmsg, descriptor, &message, transmit_flags);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

/// Sends buffers of `total` bytes. A gathered write costs the kernel more than one of a single
/// piece, and more than the copy of a small head and body.
inline ssize_t transmit(int descriptor, std::span<const asio::const_buffer> buffers,
                        std::size_t total) noexcept {
  constexpr std::size_t small = 1024;
  if (buffers.size() == 1) return transmit(descriptor, buffers[0].data(), total);
  if (total <= small) {
    char joined[small];
    char* end = joined;
    for (const auto& b : buffers)
      end = std::copy_n(static_cast<const char*>(b.data()), b.size(), end);
    return transmit(descriptor, joined, total);
  }
  std::array<iovec, most_pieces> pieces;
  for (std::size_t i = 0; i < buffers.size(); ++i)
    pieces[i] = {const_cast<void*>(buffers[i].data()), buffers[i].size()};
  return transmit(descriptor, std::span(pieces).first(buffers.size()));
}

/// Whether the connection is up and has no byte for us.
inline bool nothing_to_read(int descriptor) noexcept {
  char byte;
  const ssize_t got = ::recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EINTR);
}

}  // namespace core
