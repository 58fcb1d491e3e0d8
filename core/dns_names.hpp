#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Names of what DNS messages write as numbers (IANA, Domain Name System Parameters).
namespace core {

inline constexpr std::uint16_t dns_a = 1, dns_ns = 2, dns_cname = 5, dns_soa = 6, dns_ptr = 12,
                               dns_mx = 15, dns_txt = 16, dns_aaaa = 28, dns_srv = 33,
                               dns_naptr = 35, dns_opt = 41, dns_ds = 43, dns_tlsa = 52,
                               dns_any = 255, dns_caa = 257;

inline constexpr std::uint8_t dns_no_error = 0, dns_format_error = 1, dns_server_failure = 2,
                              dns_no_name = 3;

/// `AAAA`; `TYPE65280` for a number without a name (RFC 3597, 5).
std::string dns_type_name(std::uint16_t type);
/// The number of a type's name, in any case, or of `TYPE65280`; nullopt when it is none.
std::optional<std::uint16_t> dns_type_of(std::string_view name);

/// `IN`; `CLASS17` for a number without a name.
std::string dns_class_name(std::uint16_t cls);
std::optional<std::uint16_t> dns_class_of(std::string_view name);

/// `NXDOMAIN`; `RCODE11` for a number without a name.
std::string dns_rcode_name(std::uint8_t rcode);
std::optional<std::uint8_t> dns_rcode_of(std::string_view name);

}  // namespace core
