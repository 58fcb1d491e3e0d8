#pragma once

#include <boost/asio/ip/address.hpp>
#include <vector>

namespace core {

/// Which addresses of a name are used, and in what order.
enum class ip_family {
  any,       ///< all, in the resolver's order
  prefer_4,  ///< IPv4 first, then the others
  prefer_6,
  only_4,
  only_6,
};

/// Drops what the family does not allow and puts first what it prefers; otherwise the order stays.
void arrange(std::vector<boost::asio::ip::address>& addresses, ip_family family);

}  // namespace core
