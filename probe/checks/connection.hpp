#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/dialer.hpp"
#include "probe/checks/check.hpp"
#include "probe/format/reach.hpp"

namespace probe {

/// A connection that a check wants. What it points to outlives the dial.
struct connection_order {
  core::address where;
  const reach& way;
  bool secured = false;                    ///< TLS from the start
  const tls_settings* settings = nullptr;  ///< the step's own; null: the target's or the general
  tls_use use = tls_use::other;
  std::string server_name{};  ///< instead of what the settings say; "": theirs
};

/// Dials. The times of the phases it went through are added to those in `out`, which also gets the
/// peer and, when it comes to nothing (null), why. `c.fixed` is dialled instead of the name.
core::task<std::unique_ptr<core::byte_stream>> connect(check_context& c, connection_order order,
                                                       check_result& out);

/// TLS on a connection that began without (STARTTLS); false: broken off.
core::task<bool> secure(check_context& c, core::byte_stream& stream, connection_order order,
                        check_result& out);

/// Whether the step looks at the server's certificates, so that reading them is worth its time.
bool wants_tls_facts(const check_context& c) noexcept;
/// Reads the facts of a connection into the answer, if anybody wants them.
void note_tls(const check_context& c, const core::byte_stream& stream, check_result& out);

/// Adds the times of the phases that a dial went through, but for the lookup's unless it
/// `resolves`; gives the first that did not end.
phase note_dial(const core::dial_times& from, bool secured, bool resolves, check_result& into);
/// Says that an attempt ended in a phase; `words` are added to the detail.
void break_off(check_result& out, phase at, const core::error_code& error,
               std::string_view words = {});
/// Adds to the time of a phase.
void add_time(check_result& out, phase p, core::duration d) noexcept;
/// Says that an attempt cannot even begin.
void refuse(check_result& out, std::string why);

/// Reads `host:port` or `[::1]:port`, and where there is a usual port also `host` or `[::1]`;
/// false: refused.
bool read_address(const template_text& text, const check_context& c,
                  std::optional<std::uint16_t> usual_port, core::address& into, check_result& out);

/// The numeric address that is dialled whatever a name resolves to; none: it is resolved.
std::optional<core::asio::ip::address> fixed_for(const check_context& c, const std::string& host);
/// Says who answered, and for which name; `peer` is numeric, with a port, or "" for nobody.
void note_peer(std::string peer, const std::string& host, check_result& out);

}  // namespace probe
