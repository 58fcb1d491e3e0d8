#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/http_head.hpp"
#include "core/observation.hpp"
#include "core/peer_names.hpp"
#include "core/task.hpp"
#include "core/trace_context.hpp"
#include "sidecar/proxy/fault_state.hpp"
#include "sidecar/proxy/limits/limit_state.hpp"

namespace sidecar {

struct listener_settings;

/// Why we answered instead of the upstream, or why the answer never got through. RFC 9209 names
/// (`to_proxy_error`) where one exists.
enum class failure : std::uint8_t {
  none,
  bad_request,  ///< refused by framing or limits; never forwarded
  connection_refused,
  connection_timeout,
  destination_unavailable,  ///< unreachable, or its name does not resolve
  tls,
  upstream_closed,      ///< closed or reset before a whole head came
  upstream_malformed,   ///< no HTTP we accept
  upstream_timeout,     ///< no head within the route's timeout
  upstream_incomplete,  ///< the body ended early
  denied,               ///< the caller may not ask for this (403)
  client_closed,        ///< the client went away (499)
  shed,                 ///< refused by us for want of capacity (503)
  rate_limited,         ///< refused by us: too many requests of this client (429)
  out_of_time,          ///< the caller's deadline had passed before it was forwarded (504)
};
/// `connection_refused`, … as in Proxy-Status and `error.type`; "" for none.
const char* to_proxy_error(failure f) noexcept;
/// The status we answer with; 499 where nobody is left to answer.
int status_of(failure f) noexcept;
/// One sentence for the problem document.
const char* describe(failure f) noexcept;

/// The facts of one proxied request: written by the session and the layers, read by the layers'
/// `after`. Views point into the session's workspace and are valid until the record is reset. The
/// clock reads of a request are the instants here.
struct exchange_record {
  const listener_settings* listener = nullptr;
  const core::request_head* request = nullptr;

  // What was asked.
  std::uint8_t method = 0;  ///< `method_index`
  int route = 0;            ///< index into the listener's routes; the last is `other`
  /// Template learned from the application's spans, for a request that fits no configured route; ""
  /// without one. For labels only: SLIs, timeouts and thresholds go by `route`.
  std::string_view learned_route;
  std::uint16_t learned = 0;  ///< which learned template that is, from 1; 0 without one
  std::string_view path;
  std::string_view query;

  // Who asked, and in which trace.
  boost::asio::ip::tcp::endpoint client;  ///< of the connection it came on
  std::string_view peer;                  ///< identity of the verified peer; "" for none
  core::peer_names peer_names;            ///< all its names
  core::span_context caller;              ///< of the incoming traceparent; empty without one
  core::span_context context;             ///< of our own span; goes on to the upstream
  core::trace_state state;
  bool synthetic = false;      ///< a verified probe, or a peer's word for one
  bool load = false;           ///< synthetic, but as load: not kept, nothing reserved for it
  bool verified_here = false;  ///< the signature was checked by this sidecar

  // When.
  core::instant arrived{};    ///< first bytes of the head
  core::instant received{};   ///< the whole head was there
  core::instant admitted{};   ///< the layers let it through: later than `received` when held
  core::instant connected{};  ///< there was a stream to the upstream
  core::instant forwarded{};  ///< the upstream stream had the head
  core::instant answered{};   ///< the upstream's head was there; zero when we answered
  core::instant finished{};   ///< last byte to the client

  /// Rules of sampling that it matched so far (`trace_rule`); only ever added to.
  std::uint8_t trace_rules = 0;
  bool in_flight = false;  ///< counted as in flight, until `after`

  bool held = false;  ///< a layer's `before` asks for its `hold`

  // By when the upstream's head must be there (`timeouts`).
  core::deadline until;     ///< the route's timeout, or the caller's deadline when that is sooner
  core::deadline promised;  ///< the caller's; never without one

  limit_state limits;  ///< what the limits made of it
  fault_state fault;   ///< what a drill does to it

  // What came back.
  const core::response_head* response = nullptr;  ///< the upstream's; null when we answered
  boost::asio::ip::tcp::endpoint upstream_peer;   ///< of the connection used last
  int resends = 0;  ///< times it was sent again, on a connection that was closed unused
  int status = 0;
  failure why = failure::none;
  bool tunnel = false;               ///< 101: what follows is no HTTP, and not part of this record
  std::string_view location;         ///< of a redirect
  std::string_view app_timing;       ///< the application's Server-Timing
  std::uint64_t request_bytes = 0;   ///< body
  std::uint64_t response_bytes = 0;  ///< body
  core::observation observed;        ///< of its duration: the span may become its exemplar

  /// Headers for the upstream and for the client that layers add; rendered lines with CRLF.
  std::string to_upstream;
  std::string to_client;

  /// Whether the upstream answered; otherwise `status` is ours.
  bool from_upstream() const noexcept { return answered != core::instant{}; }
};

/// An answer that a layer gives instead of the upstream.
struct reply {
  int status = 503;
  failure why = failure::none;
  std::string_view detail;
};

}  // namespace sidecar
