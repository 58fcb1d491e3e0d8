#pragma once

#include <array>
#include <boost/asio/ip/udp.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/config_types.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"
#include "tests/support/dns_message.hpp"

namespace tests {

/// A DNS server on loopback, over UDP and TCP on one port, that answers from a script. Names that
/// are not in it do not exist; a name without records of the type asked for has none.
class dns_server {
 public:
  explicit dns_server(core::worker& w);
  core::address where() const { return {"127.0.0.1", port_}; }

  struct srv {
    unsigned priority, weight, port;
    std::string target;
  };
  /// Replace what there was.
  void set_srv(const std::string& name, std::vector<srv> records, std::uint32_t ttl);
  void set_a(const std::string& name, const std::vector<std::string>& addresses, std::uint32_t ttl);
  /// The same for any type; what data are is `dns_message.hpp`'s business.
  void set(const std::string& name, std::uint16_t type, const std::vector<std::string>& data,
           std::uint32_t ttl);
  /// What stands behind the answers to this question.
  void set_more(const std::string& name, std::uint16_t type, dns::more_records more);
  void remove(const std::string& name);

  // How it misbehaves, to everybody.
  bool silent = false;      ///< says nothing
  bool failing = false;     ///< SERVFAIL
  bool truncating = false;  ///< over UDP: says that there is more
  bool garbling = false;    ///< answers with records that are none
  bool lying = false;       ///< over UDP: says first what nobody asked for

  int asked_over_udp = 0, asked_over_tcp = 0;

 private:
  core::task<> serve_udp();
  core::task<> serve_tcp();
  core::task<> serve_connection(core::tcp_socket socket);
  std::string answer(std::string_view question, bool udp) const;

  using udp = core::asio::ip::udp;
  core::worker& worker_;
  core::asio::basic_datagram_socket<udp, core::executor> socket_;
  core::tcp_acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::map<std::pair<std::string, unsigned>, std::vector<std::string>> records_;
  std::map<std::pair<std::string, unsigned>, dns::more_records> more_;
};

}  // namespace tests
