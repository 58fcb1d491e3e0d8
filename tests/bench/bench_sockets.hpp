#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

/// What the small programs of the benchmarks share: sockets on loopback, and epoll. They use none
/// of `core/`, since they stand beside what is measured. System errors are thrown.
namespace bench {

inline int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::system_category(), what);
  return result;
}

inline sockaddr_in loopback(int port) noexcept {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  return at;
}

/// A socket that accepts without blocking on 127.0.0.1.
inline int listen_on(int port) {
  const int listener = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in at = loopback(port);
  checked(::bind(listener, reinterpret_cast<const sockaddr*>(&at), sizeof at), "bind");
  checked(::listen(listener, 1024), "listen");
  return listener;
}

/// A connection to 127.0.0.1; connecting blocks, what follows need not.
inline int connect_to(int port) {
  const int made = checked(::socket(AF_INET, SOCK_STREAM, 0), "socket");
  const sockaddr_in at = loopback(port);
  if (::connect(made, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
    ::close(made);
    throw std::system_error(errno, std::system_category(), "connect");
  }
  const int on = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return made;
}

inline void watch(int epoll, int fd, std::uint32_t events, void* what) {
  epoll_event e{};
  e.events = events;
  e.data.ptr = what;
  checked(::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e), "epoll_ctl");
}

}  // namespace bench
