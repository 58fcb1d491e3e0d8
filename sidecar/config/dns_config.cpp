#include "sidecar/config/dns_config.hpp"

#include <boost/asio/ip/address.hpp>
#include <cctype>

#include "sidecar/config/place.hpp"

namespace sidecar {
namespace {

bool is_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > 63) return false;
  for (const char c : label)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return false;
  return true;
}

}  // namespace

void dns_config::check(const dns_config& value, const core::node& from, core::reading& r) {
  for (const auto& server : value.servers) {
    boost::system::error_code error;
    boost::asio::ip::make_address(server.host, error);
    if (error || server.port == 0)
      r.found.add(place(from, "servers"), "DNS server " + server.to_string() + " is no address",
                  "a numeric one with its port, such as 10.0.0.10:53");
  }
  if (value.max_ttl < value.min_ttl)
    r.found.add(place(from, "max_ttl"), "max_ttl is less than min_ttl", "at least min_ttl");
}

std::string check_srv_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > 253) return "is longer than 253 characters";
  int labels = 0;
  for (std::string_view rest = name; labels == 0 || !rest.empty(); ++labels) {
    const auto label = rest.substr(0, rest.find('.'));
    if (!is_label(label)) return "has a label that is none";
    if (labels < 2 && (label.size() < 2 || label.front() != '_'))
      return "does not begin with _service._protocol";
    const bool more = label.size() < rest.size();
    rest.remove_prefix(more ? label.size() + 1 : label.size());
    if (more && rest.empty()) return "has a label that is none";
  }
  return labels < 3 ? "names no domain" : "";
}

}  // namespace sidecar
