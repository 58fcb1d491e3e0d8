#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/is_error_code_enum.hpp>

namespace core {

/// What can go wrong between two programs. The names are metric label values (`to_label`), so the
/// set is small and each entry means one thing to an operator.
enum class errc {
  timed_out = 1,    ///< a deadline passed; the stream was closed by the sweeper
  closed,           ///< the peer closed the connection before it should have
  refused,          ///< connection refused
  unreachable,      ///< no route, or network down
  name_not_found,   ///< the name does not resolve
  reset,            ///< connection reset by the peer
  tls_handshake,    ///< the TLS handshake failed
  tls_certificate,  ///< the peer's certificate was not accepted
  malformed,        ///< the peer does not speak HTTP/1.1 as we accept it
  too_large,        ///< head or body over its limit
  cancelled,        ///< we are stopping
  exhausted,        ///< no descriptor, no port to dial from or no memory left here
};

using error_code = boost::system::error_code;

error_code make_error_code(errc e) noexcept;

/// Maps an error of the operating system, Asio or OpenSSL to one of ours; ours pass unchanged.
errc classify(const error_code& error) noexcept;

/// The bounded metric label of an error: `timed_out`, `refused`, …
const char* to_label(errc e) noexcept;

}  // namespace core

template <>
struct boost::system::is_error_code_enum<core::errc> : std::true_type {};
