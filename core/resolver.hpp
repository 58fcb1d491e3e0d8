#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/config_types.hpp"
#include "core/ip_family.hpp"
#include "core/srv_answer.hpp"
#include "core/task.hpp"

namespace core {

class worker;

struct resolver_config {
  std::vector<address> servers;  ///< numeric, asked in order; empty: those of /etc/resolv.conf
  duration timeout = std::chrono::seconds(2);  ///< of one try with one server; doubles per round
  int tries = 2;                               ///< rounds over the servers
};

struct host_answer {
  std::vector<asio::ip::address> addresses;  ///< in the order of RFC 6724, never empty
  std::uint32_t ttl = 0;                     ///< seconds; 0 from /etc/hosts
};

/// Asks DNS servers, with c-ares as codec and our loop under it; keeps nothing. Host names are
/// looked up in /etc/hosts first. A lookup ends within the configured time by itself: with
/// `errc::name_not_found`, `timed_out`, `malformed`, `refused`, `unreachable`, or `cancelled` when
/// the resolver goes. Lives on its worker's thread; its tasks may outlive it.
class resolver {
 public:
  /// Throws std::runtime_error for servers that are no addresses.
  resolver(worker& w, const resolver_config& config);
  ~resolver();
  resolver(const resolver&) = delete;
  resolver& operator=(const resolver&) = delete;

  task<result<srv_answer>> srv(std::string name);
  /// Asks for no addresses that `family` does not allow; those it prefers come first. Ends with
  /// `errc::timed_out` when `until` comes sooner than the configured time.
  task<result<host_answer>> host(std::string name, ip_family family = ip_family::any,
                                 deadline until = deadline::never());

 private:
  class channel;
  std::shared_ptr<channel> channel_;
};

}  // namespace core
