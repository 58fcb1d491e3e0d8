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
  std::string_view text() const noexcept { return {into_.data(), used_}; }

 private:
  std::span<char> into_;
  std::size_t used_ = 0;
  bool overflown_ = false;
};

/// Whether a field belongs to one connection only (RFC 9110, 7.6.1) and is never forwarded.
/// `connection` is the value of the message's Connection field, whose names count too.
bool is_hop_by_hop(std::string_view name, std::string_view connection) noexcept;

/// Writes the request's head anew for the upstream: no hop-by-hop fields, framing as decided, trace
/// context of our span, the client's address appended to X-Forwarded-For. Pure.
void write_request_head(head_buffer& out, const exchange_record& record, const core::framing& frame,
                        std::string_view client_address, bool client_tls) noexcept;

/// Writes the upstream's answer anew for the client. `close` ends the client's connection after it;
/// `dechunk` is set for a client that knows no chunks (HTTP/1.0).
void write_response_head(head_buffer& out, const exchange_record& record,
                         const core::response_head& head, const core::framing& frame, bool close,
                         bool dechunk) noexcept;

}  // namespace sidecar
