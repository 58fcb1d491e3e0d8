#include "core/ip_family.hpp"

#include <algorithm>

namespace core {

void arrange(std::vector<boost::asio::ip::address>& addresses, ip_family family) {
  const auto is_4 = [](const boost::asio::ip::address& a) { return a.is_v4(); };
  const auto is_6 = [](const boost::asio::ip::address& a) { return a.is_v6(); };
  switch (family) {
    case ip_family::any: break;
    case ip_family::prefer_4:
      std::stable_partition(addresses.begin(), addresses.end(), is_4);
      break;
    case ip_family::prefer_6:
      std::stable_partition(addresses.begin(), addresses.end(), is_6);
      break;
    case ip_family::only_4: std::erase_if(addresses, is_6); break;
    case ip_family::only_6: std::erase_if(addresses, is_4); break;
  }
}

}  // namespace core
