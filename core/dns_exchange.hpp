#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/config_types.hpp"
#include "core/dialer.hpp"
#include "core/dns_message.hpp"
#include "core/dns_names.hpp"
#include "core/task.hpp"

namespace core {

class worker;
class tls_context;

/// What is asked, of whom, and how.
struct dns_query {
  address server;  ///< a host may be a name; empty host: the first of `system_dns_servers`
  std::string name;
  std::uint16_t type = dns_a;
  std::uint16_t cls = 1;
  bool recursion = true;       ///< the RD bit
  std::uint16_t udp_size = 0;  ///< largest datagram to be had (EDNS, RFC 6891); 0: no OPT record
  bool tcp = false;
  std::shared_ptr<const tls_context> tls;  ///< DNS over TLS (RFC 7858), with `tcp`; null: plain
  std::string server_name;                 ///< for TLS; empty: `server.host`
  ip_family family = ip_family::any;       ///< of the server's addresses
  resolver* names = nullptr;  ///< asks for the server's address instead of the system; outlives it
  std::optional<asio::ip::address> source;  ///< local address
};

/// When each part ended; zero for parts that were not reached.
struct dns_times {
  instant start{};
  instant resolved{};    ///< the server's name
  instant connected{};   ///< TCP; equal to `resolved` over UDP
  instant secured{};     ///< TLS; equal to `connected` without
  instant sent{};        ///< the whole question was handed to the kernel
  instant first_byte{};  ///< of the answer; equal to `done` over UDP
  instant done{};
};

/// How far a question came: an answer, whatever it says, or the error and the times so far.
struct dns_exchanged {
  std::optional<dns_message> answer;
  error_code error;
  bool no_question = false;  ///< `name` is none that can be asked for; nothing was sent
  dns_times times;
  std::string peer;      ///< numeric address and port of the server
  std::size_t size = 0;  ///< of the answer, bytes
};

/// The DNS servers of this system in their order (/etc/resolv.conf), read now.
std::vector<address> system_dns_servers();

/// A question as it is sent; nullopt when `name` cannot be asked for: it has an empty label, one of
/// more than 63 bytes, or more than 255 bytes in all.
std::optional<std::string> encode_dns_query(const dns_query& query, std::uint16_t id);

/// Asks one server one question, once, over one socket of its own, with c-ares as codec: no search
/// list, no second try, and a truncated answer is given as it is. Datagrams that do not answer the
/// question (another id or question, no response) are passed over, as a forger's must be. Ends with
/// an error of `errc` at `until` at the latest. Lives on its worker's thread.
task<dns_exchanged> dns_exchange(worker& w, dns_query query, deadline until);

}  // namespace core
