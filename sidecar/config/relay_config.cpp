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
  if (value.memory_limit.bytes < value.body_limit.bytes)
    r.found.add(place(from, "memory_limit"),
                "memory_limit is " + core::format_byte_size(value.memory_limit) +
                    ", less than one body of body_limit",
                "at least " + core::format_byte_size(value.body_limit));
  if (value.resource.contains(""))
    r.found.add(place(from, "resource"), "a resource attribute has no name",
                "names like k8s.pod.name");
}

}  // namespace sidecar
