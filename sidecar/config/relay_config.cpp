#include "sidecar/config/relay_config.hpp"

#include <boost/asio/ip/address.hpp>

#include "sidecar/config/place.hpp"

namespace sidecar {

void relay_config::check(const relay_config& value, const core::node& from, core::reading& r) {
  boost::system::error_code error;
  const auto host = boost::asio::ip::make_address(value.listen.host, error);
  if (error || !host.is_loopback())
    r.found.add(place(from, "listen"), "the relay listens on " + value.listen.to_string(),
                "a loopback address: anyone who reaches it can write spans in the service's name");
}

}  // namespace sidecar
