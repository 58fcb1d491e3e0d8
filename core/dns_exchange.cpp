#include "core/dns_exchange.hpp"

#include <ares.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_datagram_socket.hpp>
#include <boost/asio/ip/udp.hpp>

#include "core/dialer.hpp"
#include "core/dns_reader.hpp"
#include "core/http_head.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

using udp = asio::ip::udp;
using udp_socket = asio::basic_datagram_socket<udp, executor>;
constexpr auto waiting = asio::as_tuple(use_task);

/// Closes a socket when its time is up.
class socket_guard final : sweeper::entry {
 public:
  socket_guard(worker& w, udp_socket& socket, deadline until) : socket_(socket) {
    w.deadlines.watch(*this, until);
  }
  bool fired() const noexcept { return fired_; }

 private:
  void expire() noexcept override {
    fired_ = true;
    error_code ignored;
    socket_.close(ignored);
  }
  udp_socket& socket_;
  bool fired_ = false;
};

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::uint16_t id_of(std::string_view message) {
  return dns_reader(bytes_of(message)).u16();
}

/// A server that cannot read a question may answer without it.
bool answers(const dns_message& answer, const dns_message& question) {
  if (!answer.is_response() || answer.id != question.id) return false;
  if (answer.questions.empty()) return answer.rcode() != dns_no_error;
  const auto &asked = question.questions.front(), &echoed = answer.questions.front();
  return iequals(asked.name, echoed.name) && asked.type == echoed.type && asked.cls == echoed.cls;
}

/// One question on its way.
class conversation {
 public:
  conversation(worker& w, dns_query query, std::string question, deadline until)
      : worker_(w),
        query_(std::move(query)),
        question_(std::move(question)),
        asked_(*parse_dns_message(bytes_of(question_))),
        until_(until) {
    out_.times.start = now();
  }

  task<dns_exchanged> run() {
    if (query_.tcp)
      co_await over_tcp();
    else
      co_await over_udp();
    co_return std::move(out_);
  }

 private:
  task<> over_udp() {
    const auto found =
        co_await resolve(worker_, query_.server.host, query_.family, until_, query_.names);
    if (found.error) {
      out_.error = found.error;
      co_return;
    }
    out_.times.resolved = out_.times.connected = out_.times.secured = now();
    udp_socket socket(worker_.io.get_executor());
    if (!open(socket, found.addresses.front())) co_return;
    const socket_guard guard(worker_, socket, until_);
    co_await ask(socket);
    if (guard.fired()) out_.error = errc::timed_out;
  }

  /// Connected, so that an unreachable port is an error and strangers are not heard.
  bool open(udp_socket& socket, const asio::ip::address& host) {
    const udp::endpoint to(host, query_.server.port);
    out_.peer = address{host.to_string(), query_.server.port}.to_string();
    error_code error;
    socket.open(to.protocol(), error);
    if (!error && query_.source) socket.bind({*query_.source, 0}, error);
    if (!error) socket.connect(to, error);
    if (error) out_.error = classify(error);
    return !error;
  }

  task<> ask(udp_socket& socket) {
    auto [not_sent, sent] = co_await socket.async_send(asio::buffer(question_), waiting);
    if (not_sent) {
      out_.error = classify(not_sent);
      co_return;
    }
    out_.times.sent = now();
    std::string datagram(65'535, '\0');
    for (;;) {
      auto [error, size] = co_await socket.async_receive(asio::buffer(datagram), waiting);
      if (error) {
        out_.error = classify(error);
        co_return;
      }
      out_.times.first_byte = now();
      if (take({datagram.data(), size}, false)) co_return;
    }
  }

  task<> over_tcp() {
    dial_target target;
    target.where = query_.server;
    target.tls = query_.tls;
    target.server_name = query_.server_name;
    target.family = query_.family;
    target.names = query_.names;
    target.source = query_.source;
    auto dialled = co_await dial(worker_, std::move(target), until_);
    out_.times.resolved = dialled.times.resolved;
    out_.times.connected = dialled.times.connected;
    out_.times.secured = dialled.times.secured;
    out_.peer = std::move(dialled.peer);
    out_.error = dialled.error;
    if (dialled.stream) co_await ask(*dialled.stream);
  }

  task<> ask(byte_stream& stream) {
    const auto size = static_cast<unsigned>(question_.size());
    const std::string framed =
        std::string{static_cast<char>(size >> 8), static_cast<char>(size & 0xff)} + question_;
    const auto sent = co_await stream.write(framed);
    if (!sent) {
      out_.error = sent.error();
      co_return;
    }
    out_.times.sent = now();
    co_await receive(stream);
  }

  /// RFC 1035, 4.2.2: the length in two bytes, then the message.
  task<> receive(byte_stream& stream) {
    std::string got;
    std::array<char, 4096> buffer;
    for (;;) {
      const auto read = co_await stream.read_some(buffer);
      if (!read) {
        out_.error = read.error();
        co_return;
      }
      if (got.empty()) out_.times.first_byte = now();
      got.append(buffer.data(), *read);
      if (got.size() < 2) continue;
      const std::size_t whole = 2u + id_of(got);  // the length is read like an id
      if (got.size() < whole) continue;
      take(std::string_view(got).substr(2, whole - 2), true);
      co_return;
    }
  }

  /// Whether it ends the waiting. Over a connection there is nobody else who could have said it.
  bool take(std::string_view message, bool connection) {
    auto parsed = parse_dns_message(bytes_of(message));
    const bool to_us = message.size() >= 2 && id_of(message) == asked_.id;
    const bool answered = parsed && answers(*parsed, asked_);
    if (!answered && !connection && (parsed || !to_us)) return false;
    out_.times.done = now();
    out_.size = message.size();
    if (answered)
      out_.answer = std::move(*parsed);
    else
      out_.error = errc::malformed;
    return true;
  }

  worker& worker_;
  dns_query query_;
  std::string question_;
  dns_message asked_;
  deadline until_;
  dns_exchanged out_;
};

}  // namespace

std::vector<address> system_dns_servers() {
  static const int ready = ares_library_init(ARES_LIB_INIT_ALL);
  ares_channel channel = nullptr;
  if (ready != ARES_SUCCESS || ares_init(&channel) != ARES_SUCCESS) return {};
  const std::unique_ptr<ares_channeldata, decltype(&ares_destroy)> owner(channel, ares_destroy);
  ares_addr_port_node* list = nullptr;
  if (ares_get_servers_ports(channel, &list) != ARES_SUCCESS) return {};
  const std::unique_ptr<void, decltype(&ares_free_data)> free_list(list, ares_free_data);
  std::vector<address> out;
  for (const auto* server = list; server; server = server->next) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ares_inet_ntop(server->family, &server->addr, text.data(), text.size());
    out.push_back(
        {text.data(), static_cast<std::uint16_t>(server->udp_port ? server->udp_port : 53)});
  }
  return out;
}

std::optional<std::string> encode_dns_query(const dns_query& query, std::uint16_t id) {
  unsigned char* encoded = nullptr;
  int size = 0;
  const int status = ares_create_query(query.name.c_str(), query.cls, query.type, id,
                                       query.recursion, &encoded, &size, query.udp_size);
  if (status != ARES_SUCCESS) return std::nullopt;
  const std::unique_ptr<void, decltype(&ares_free_string)> owner(encoded, ares_free_string);
  return std::string(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
}

task<dns_exchanged> dns_exchange(worker& w, dns_query query, deadline until) {
  dns_exchanged failed;
  auto question = encode_dns_query(query, static_cast<std::uint16_t>(w.random.next() >> 48));
  if (!question) {
    failed.no_question = true;
    failed.error = errc::malformed;
    co_return failed;
  }
  if (query.server.host.empty()) {
    const auto servers = system_dns_servers();
    if (servers.empty()) {
      failed.error = errc::name_not_found;
      co_return failed;
    }
    query.server = servers.front();
  }
  conversation c(w, std::move(query), *std::move(question), until);
  co_return co_await c.run();
}

}  // namespace core
