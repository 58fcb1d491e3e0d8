#include "probe/blackbox/prober.hpp"

#include "core/byte_stream.hpp"
#include "core/dialer.hpp"
#include "core/tls_facts.hpp"
#include "core/worker.hpp"

namespace probe::blackbox {
namespace {

core::ip_family family_of(const address_choice& choice) noexcept {
  if (choice.preferred == ip_protocol::ip4)
    return choice.fallback ? core::ip_family::prefer_4 : core::ip_family::only_4;
  return choice.fallback ? core::ip_family::prefer_6 : core::ip_family::only_6;
}

void show_address(const boost::asio::ip::address& address, gauges& into) {
  into.set(gauge::ip_protocol, address.is_v4() ? 4 : 6);
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    into.set(gauge::ip_addr_hash, address_hash(bytes.data(), bytes.size()));
  } else {
    const auto bytes = address.to_v6().to_bytes();
    into.set(gauge::ip_addr_hash, address_hash(bytes.data(), bytes.size()));
  }
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string out;
  for (const auto name : names) out.append(out.empty() ? "" : ",").append(name);
  return out;
}

}  // namespace

prober prober_of(prober_kind kind) noexcept {
  switch (kind) {
    case prober_kind::http: return probe_http;
    case prober_kind::tcp: return probe_tcp;
    case prober_kind::dns: return probe_dns;
    case prober_kind::icmp:
    case prober_kind::grpc: break;
  }
  return nullptr;
}

core::task<chosen_address> choose_address(probe_run& run, const address_choice& choice,
                                          std::string host) {
  run.values.begin({gauge::ip_protocol, gauge::dns_lookup_time, gauge::ip_addr_hash});
  const auto start = core::now();
  run.log.info(
      start, "Resolving target address",
      {{"target", host}, {"ip_protocol", choice.preferred == ip_protocol::ip4 ? "ip4" : "ip6"}});
  chosen_address out;
  auto& names = run.worker.names();
  auto found = co_await core::resolve(run.worker, host, family_of(choice), run.until, &names);
  const auto end = core::now();
  out.took = end - start;
  run.values.set(gauge::dns_lookup_time, core::seconds(out.took));
  if (found.error) {
    run.log.error(end, "Resolution with IP protocol failed",
                  {{"target", host}, {"err", core::to_label(core::classify(found.error))}});
    co_return out;
  }
  out.address = found.addresses.front();
  show_address(*out.address, run.values);
  const std::string text = out.address->to_string();
  run.log.info(end, "Resolved target address", {{"target", host}, {"ip", text}});
  co_return out;
}

void show_tls(const core::byte_stream& stream, gauges& into) {
  const auto facts = core::read_tls_facts(stream);
  into.tls_version = facts.version;
  into.set(gauge::ssl_earliest_cert_expiry, static_cast<double>(facts.earliest_expiry()));
  // Where nothing was verified there is no chain; the real one exposes the year 1 then.
  if (facts.verified)
    into.set(gauge::ssl_last_chain_expiry, static_cast<double>(facts.last_chain_expiry()));
  if (const auto* const leaf = facts.leaf())
    into.chain = {leaf->fingerprint, leaf->issuer, leaf->subject, joined(leaf->dns_names())};
}

}  // namespace probe::blackbox
