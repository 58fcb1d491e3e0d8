#pragma once

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/task.hpp"
#include "probe/blackbox/compiled_module.hpp"
#include "probe/blackbox/gauges.hpp"
#include "probe/blackbox/probe_log.hpp"

namespace core {
class worker;
class byte_stream;
}  // namespace core

namespace probe::blackbox {

/// One probe that runs: what it is asked, and where it writes what it saw. Lives on its worker.
struct probe_run {
  core::worker& worker;
  const compiled_module& module;
  const std::string& target;
  const std::string& hostname;  ///< of the query parameter; empty: none
  core::deadline until;
  gauges& values;
  probe_log& log;
};

/// Whether the probe succeeded; why not is in its log. The caller owns success and duration.
using prober = core::task<bool> (*)(probe_run&);

core::task<bool> probe_http(probe_run& run);
core::task<bool> probe_tcp(probe_run& run);
core::task<bool> probe_dns(probe_run& run);

/// The prober of a kind; null where there is none.
prober prober_of(prober_kind kind) noexcept;

/// What looking a target up came to.
struct chosen_address {
  std::optional<boost::asio::ip::address> address;
  core::duration took{};
};

/// Takes one address of a host as the module chooses; tells the gauges and the log.
core::task<chosen_address> choose_address(probe_run& run, const address_choice& choice,
                                          std::string host);

/// Sets the gauges of a TLS connection.
void show_tls(const core::byte_stream& stream, gauges& into);

}  // namespace probe::blackbox
