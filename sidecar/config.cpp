#include "sidecar/config.hpp"

#include <boost/asio/ip/address.hpp>
#include <set>

#include "sidecar/proxy/route.hpp"

namespace sidecar {
namespace {

const core::position& place(const core::node& map, std::string_view key) {
  const core::node* value = map.find(key);
  return value ? value->at : map.at;
}

template <class Listener>
void check_addresses(const std::vector<Listener>& listeners, const core::node& from,
                     std::string_view key, std::set<std::string>& seen, core::reading& r) {
  for (const auto& l : listeners)
    if (l.listen.port != 0 && !seen.insert(l.listen.to_string()).second)
      r.found.add(place(from, key), "two listeners on " + l.listen.to_string(),
                  "an address of its own for each");
}

}  // namespace

void route_config::check(const route_config& value, const core::node& from, core::reading& r) {
  if (auto error = check_template(value.route); !error.empty() && !value.route.empty())
    r.found.add(place(from, "route"), "route \"" + value.route + "\": " + error,
                "a template such as /v1/things/{id}");
  for (const auto& method : value.methods)
    if (method_index(method) == other_method)
      r.found.add(place(from, "methods"), "unknown method \"" + method + "\"",
                  "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE or CONNECT");
  for (const auto& threshold : value.thresholds)
    if (threshold <= core::duration::zero())
      r.found.add(place(from, "thresholds"), "a threshold that is not positive",
                  "a duration such as 300ms");
  for (const auto& [status, result] : value.results) {
    const bool digit = status.size() == 3 && status[0] >= '1' && status[0] <= '5';
    const bool rest = digit && (status.substr(1) == "xx" ||
                                (std::isdigit(static_cast<unsigned char>(status[1])) &&
                                 std::isdigit(static_cast<unsigned char>(status[2]))));
    if (!rest)
      r.found.add(place(from, "results"), "\"" + status + "\" is no status",
                  "a status (\"404\") or a class (\"4xx\")");
  }
}

void inbound_config::check(const inbound_config& value, const core::node& from, core::reading& r) {
  if (value.trust == trust_level::peers && (!value.tls || value.tls->client_ca.empty()))
    r.found.add(place(from, "trust"), "trust: peers without mutual TLS",
                "tls.client_ca, so that callers prove who they are");
}

void synthetic_config::check(const synthetic_config& value, const core::node& from,
                             core::reading& r) {
  if (value.keys.empty() || value.keys.size() > 2)
    r.found.add(place(from, "keys"), std::to_string(value.keys.size()) + " keys",
                "one key, or two while keys are rotated");
  for (const auto& key : value.keys)
    if (!key.key.empty() && key.key.reveal().size() < 32)
      r.found.add(place(from, "keys"),
                  "the secret of key \"" + key.id + "\" is shorter than 32 bytes",
                  "at least 32 bytes");
}

void relay_config::check(const relay_config& value, const core::node& from, core::reading& r) {
  boost::system::error_code error;
  const auto host = boost::asio::ip::make_address(value.listen.host, error);
  if (error || !host.is_loopback())
    r.found.add(place(from, "listen"), "the relay listens on " + value.listen.to_string(),
                "a loopback address: anyone who reaches it can write spans in the service's name");
}

void sidecar_config::check(const sidecar_config& value, const core::node& from, core::reading& r) {
  if (value.inbound.empty() && value.outbound.empty())
    r.found.add(from.at, "no listener", "at least one entry in inbound or outbound");
  std::set<std::string> seen;
  check_addresses(value.inbound, from, "inbound", seen, r);
  check_addresses(value.outbound, from, "outbound", seen, r);
}

}  // namespace sidecar
