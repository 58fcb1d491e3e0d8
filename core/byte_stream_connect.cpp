// How a stream is connected. Asio registers a socket, arms it, asks again whether it is connected
// and lets it go before we register it: here it is registered once, when it is connecting.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "core/byte_stream.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

using asio::ip::tcp;

error_code system_error(int number) noexcept {
  return {number, boost::system::system_category()};
}

bool bind_source(int descriptor, const asio::ip::address& source) noexcept {
  const int yes = 1;
  ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  const tcp::endpoint from(source, 0);
  return ::bind(descriptor, from.data(), static_cast<socklen_t>(from.size())) == 0;
}

/// A socket that is connecting, or -1 and errno.
int begin(const tcp::endpoint& to, const std::optional<asio::ip::address>& source) noexcept {
  const int descriptor =
      ::socket(to.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (descriptor < 0) return -1;
  const int yes = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const bool placed = !source || bind_source(descriptor, *source);
  if (placed) {
    const int done = ::connect(descriptor, to.data(), static_cast<socklen_t>(to.size()));
    if (done == 0 || errno == EINPROGRESS || errno == EINTR) return descriptor;
  }
  // An address that is not ours would read as if no port were left.
  const int why = placed ? errno : ENETUNREACH;
  ::close(descriptor);
  errno = why;
  return -1;
}

int pending_error(int descriptor) noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

byte_stream::byte_stream(worker& w, int connecting, const tcp::endpoint& to)
    : worker_(w), descriptor_(connecting), ready_(w.sockets), remote_(to) {
  if (!ready_.watch(descriptor_)) close();
  // Nothing can be read or written yet, and the poller tells when.
  ready_.read_would_block();
  ready_.write_would_block();
}

task<result<std::unique_ptr<byte_stream>>> byte_stream::connect(
    worker& w, tcp::endpoint to, std::optional<asio::ip::address> source, deadline until) {
  const int descriptor = begin(to, source);
  if (descriptor < 0) co_return system_error(errno);
  std::unique_ptr<byte_stream> out(new byte_stream(w, descriptor, to));
  out->expires(until);
  if (out->is_open()) co_await out->ready_.until_writable();
  if (!out->is_open()) co_return out->fail_closed();
  // Only one that broke, or that the peer has ended already, has anything to say.
  if (out->ready_.ended())
    if (const int error = pending_error(out->descriptor_); error != 0)
      co_return system_error(error);
  co_return std::move(out);
}

}  // namespace core
