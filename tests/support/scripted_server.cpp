#include "tests/support/scripted_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/write.hpp>

namespace tests {

namespace asio = core::asio;
constexpr auto waiting = asio::as_tuple(core::use_task);

scripted_server::scripted_server(core::worker& w, std::vector<act> script)
    : worker_(w),
      script_(std::move(script)),
      acceptor_(w.io.get_executor(), asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
  worker_.start("scripted server", accept_loop());
}

core::address scripted_server::where() const {
  return {"127.0.0.1", acceptor_.local_endpoint().port()};
}

core::task<> scripted_server::accept_loop() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(waiting);
    if (error) co_return;
    const auto index =
        std::min<std::size_t>(static_cast<std::size_t>(connections_++), script_.size() - 1);
    worker_.start("act", play(std::move(socket), script_[index]));
  }
}

core::task<> scripted_server::play(core::tcp_socket socket, act what) {
  if (what.close_at_once) co_return;
  for (std::size_t answered = 0;;) {
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      char piece[4096];
      auto [error, got] = co_await socket.async_read_some(asio::buffer(piece), waiting);
      if (error) co_return;
      request.append(piece, got);
      received_.append(piece, got);
    }
    if (what.never) continue;
    auto [error, sent] = co_await asio::async_write(socket, asio::buffer(what.answer), waiting);
    if (error) co_return;
    if (++answered < what.answers || !what.close_after) continue;
    if (what.reset) {
      socket.set_option(asio::socket_base::linger(true, 0));
      socket.close();  // destroying the socket would take the option back first
    }
    co_return;
  }
}

}  // namespace tests
