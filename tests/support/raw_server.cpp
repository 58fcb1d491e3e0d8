#include "tests/support/raw_server.hpp"

#include <boost/asio/as_tuple.hpp>

namespace tests {

namespace asio = core::asio;

raw_server::raw_server(core::worker& w, play each)
    : worker_(w),
      each_(std::move(each)),
      acceptor_(w.io.get_executor(), asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
  worker_.start("raw server", accept_loop());
}

core::address raw_server::where() const {
  return {"127.0.0.1", acceptor_.local_endpoint().port()};
}

core::task<> raw_server::accept_loop() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(core::use_task));
    if (error) co_return;
    worker_.start("raw connection", serve(std::move(socket)));
  }
}

core::task<> raw_server::serve(core::tcp_socket socket) {
  core::byte_stream stream(worker_, std::move(socket));
  co_await each_(stream);
}

core::task<std::string> read_until(core::byte_stream& from, std::string end) {
  std::string out;
  while (!out.ends_with(end)) {
    char byte[1];
    const auto got = co_await from.read_some(byte);
    if (!got) break;
    out.append(byte, *got);
  }
  co_return out;
}

core::task<std::string> read_exactly(core::byte_stream& from, std::size_t size) {
  std::string out;
  while (out.size() < size) {
    char piece[16384];
    const auto got =
        co_await from.read_some(std::span(piece).first(std::min(sizeof piece, size - out.size())));
    if (!got) break;
    out.append(piece, *got);
  }
  co_return out;
}

core::task<std::string> read_all(core::byte_stream& from) {
  return read_exactly(from, std::string().max_size());
}

}  // namespace tests
