#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>

namespace sidecar {

/// One client by its address: an IPv4 address (also as an IPv4-mapped one), or the /64 of an IPv6
/// address, which is what one customer is given. Pure.
struct client_key {
  std::uint64_t bits = 0;
  bool v6 = false;
  friend bool operator==(const client_key&, const client_key&) = default;
};

client_key client_of(const boost::asio::ip::address& address) noexcept;

}  // namespace sidecar
