#include "tests/support/dns_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace tests {

namespace asio = core::asio;
constexpr auto waiting = asio::as_tuple(core::use_task);

namespace {

unsigned u16_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned>(static_cast<unsigned char>(text[at])) << 8 |
         static_cast<unsigned char>(text[at + 1]);
}

/// The name of a question, lowercase, and where it ends.
std::pair<std::string, std::size_t> asked_name(std::string_view message) {
  std::string out;
  std::size_t at = 12;
  while (at < message.size() && message[at] != 0) {
    const auto length = static_cast<unsigned char>(message[at]);
    if (!out.empty()) out += '.';
    for (const char c : message.substr(at + 1, length))
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    at += length + 1u;
  }
  return {out, at + 1};
}

}  // namespace

dns_server::dns_server(core::worker& w)
    : worker_(w), socket_(w.io.get_executor()), acceptor_(w.io.get_executor()) {
  // The port that UDP is given may be taken for TCP: then another.
  for (core::error_code taken = asio::error::address_in_use; taken;) {
    socket_ =
        decltype(socket_)(w.io.get_executor(), udp::endpoint(asio::ip::address_v4::loopback(), 0));
    port_ = socket_.local_endpoint().port();
    acceptor_ = core::tcp_acceptor(w.io.get_executor());
    acceptor_.open(asio::ip::tcp::v4());
    acceptor_.bind({asio::ip::address_v4::loopback(), port_}, taken);
  }
  acceptor_.listen();
  worker_.start("dns udp", serve_udp());
  worker_.start("dns tcp", serve_tcp());
}

void dns_server::set_srv(const std::string& name, std::vector<srv> records, std::uint32_t ttl) {
  auto& all = records_[{name, dns::type_srv}];
  all.clear();
  for (const auto& r : records)
    all.push_back(dns::record(dns::question_name, dns::type_srv, ttl,
                              dns::srv_data(r.priority, r.weight, r.port, r.target)));
}

void dns_server::set_a(const std::string& name, const std::vector<std::string>& addresses,
                       std::uint32_t ttl) {
  auto& all = records_[{name, dns::type_a}];
  all.clear();
  for (const auto& text : addresses) {
    const auto bytes = asio::ip::make_address_v4(text).to_bytes();
    all.push_back(
        dns::record(dns::question_name, dns::type_a, ttl, std::string(bytes.begin(), bytes.end())));
  }
}

void dns_server::set(const std::string& name, std::uint16_t type,
                     const std::vector<std::string>& data, std::uint32_t ttl) {
  auto& all = records_[{name, type}];
  all.clear();
  for (const auto& one : data) all.push_back(dns::record(dns::question_name, type, ttl, one));
}

void dns_server::set_more(const std::string& name, std::uint16_t type, dns::more_records more) {
  more_[{name, type}] = std::move(more);
}

void dns_server::remove(const std::string& name) {
  std::erase_if(records_, [&](const auto& entry) { return entry.first.first == name; });
}

std::string dns_server::answer(std::string_view question, bool udp) const {
  const auto [name, end] = asked_name(question);
  const unsigned id = u16_at(question, 0), type = u16_at(question, end);
  const auto kind = static_cast<std::uint16_t>(type);
  if (failing) return dns::message(name, kind, {}, 2, id);
  if (truncating && udp) return dns::message(name, kind, {}, 0x0200, id);
  if (garbling) return dns::message(name, kind, {"\xc0\x0c no record"}, 0, id);
  const auto found = records_.find({name, type});
  const auto more = more_.find({name, type});
  const auto behind = more == more_.end() ? dns::more_records() : more->second;
  if (found != records_.end()) return dns::message(name, kind, found->second, 0, id, behind);
  bool exists = false;
  for (const auto& [key, ignored] : records_) exists = exists || key.first == name;
  return dns::message(name, kind, {}, exists ? 0 : 3, id, behind);
}

core::task<> dns_server::serve_udp() {
  std::array<char, 2048> buffer;
  udp::endpoint from;
  for (;;) {
    auto [error, size] = co_await socket_.async_receive_from(asio::buffer(buffer), from, waiting);
    if (error) co_return;
    ++asked_over_udp;
    if (silent) continue;
    const std::string text = answer({buffer.data(), size}, true);
    if (lying) {
      std::string forged = text;
      forged[0] = static_cast<char>(forged[0] ^ 1);  // another id
      co_await socket_.async_send_to(asio::buffer(forged), from, waiting);
      forged = dns::message("other.example", dns::type_a, {}, 0, u16_at(text, 0));
      co_await socket_.async_send_to(asio::buffer(forged), from, waiting);
    }
    co_await socket_.async_send_to(asio::buffer(text), from, waiting);
  }
}

core::task<> dns_server::serve_tcp() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(waiting);
    if (error) co_return;
    worker_.start("dns connection", serve_connection(std::move(socket)));
  }
}

core::task<> dns_server::serve_connection(core::tcp_socket socket) {
  for (;;) {
    std::string size(2, '\0');
    auto [no_size, got] = co_await asio::async_read(socket, asio::buffer(size), waiting);
    if (no_size) co_return;
    std::string question(u16_at(size, 0), '\0');
    auto [cut, all] = co_await asio::async_read(socket, asio::buffer(question), waiting);
    if (cut) co_return;
    ++asked_over_tcp;
    if (silent) continue;
    std::string text = answer(question, false);
    text.insert(0, dns::u16(static_cast<unsigned>(text.size())));
    auto [failed, sent] = co_await asio::async_write(socket, asio::buffer(text), waiting);
    if (failed) co_return;
  }
}

}  // namespace tests
