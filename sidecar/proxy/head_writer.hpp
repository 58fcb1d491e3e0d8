#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/framing.hpp"
#include "core/http_head.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// Appends to a fixed buffer; what does not fit makes it `overflown` and writes nothing more.
class head_buffer {
 public:
  explicit head_buffer(std::span<char> into) noexcept : into_(into) {}
  void put(std::string_view text) noexcept;
  void put_number(std::uint64_t number) noexcept;
  void field(std::string_view name, std::string_view value) noexcept;
  bool overflown() const noexcept { return overflown_; }
  std::size_t left() const noexcept { return into_.size() - used_; }
  std::string_view text() const noexcept { return {into_.data(), used_}; }

 private:
  std::span<char> into_;
  std::size_t used_ = 0;
  bool overflown_ = false;
};

/// Which fields of a message belong to one connection only (RFC 9110, 7.6.1) and are never
/// forwarded: those that always do, and those that its Connection fields name. Host is neither: no
/// client can take it from the upstream. Refers to the fields.
class hop_by_hop {
 public:
  explicit hop_by_hop(const core::http_fields& fields) noexcept;
  bool operator()(const core::http_field& field) const noexcept;

 private:
  const core::http_fields& fields_;
  bool names_any_ = false;  // a Connection field says more than keep-alive or close
};

/// Whether a request asks to go on in another protocol (RFC 9110, 7.8): Upgrade, named by
/// Connection.
bool asks_for_upgrade(const core::http_fields& fields) noexcept;

/// Writes the request's head anew for the upstream: no hop-by-hop fields but those of an upgrade,
/// framing as decided, trace context of our span, the client's address appended to
/// X-Forwarded-For, the verified caller's name; what a client says itself of who it is does not go
/// on. Pure.
void write_request_head(head_buffer& out, const exchange_record& record, const core::framing& frame,
                        std::string_view client_address, bool client_tls, bool upgrade) noexcept;

/// Writes an interim answer (1xx) anew for the client. Pure.
void write_interim_head(head_buffer& out, const core::response_head& head) noexcept;

/// Writes the upstream's answer anew for the client; of a 101 the Upgrade stays. `close` ends the
/// client's connection after it; `dechunk` is set for a client that knows no chunks (HTTP/1.0).
void write_response_head(head_buffer& out, const exchange_record& record,
                         const core::response_head& head, const core::framing& frame, bool close,
                         bool dechunk) noexcept;

}  // namespace sidecar
