#include "core/dns_names.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <span>

#include "core/http_head.hpp"

namespace core {
namespace {

struct named {
  std::string_view name;
  unsigned number;
};

constexpr std::array types{
    named{"A", dns_a},       named{"NS", dns_ns},     named{"CNAME", dns_cname},
    named{"SOA", dns_soa},   named{"PTR", dns_ptr},   named{"HINFO", 13},
    named{"MX", dns_mx},     named{"TXT", dns_txt},   named{"RP", 17},
    named{"AFSDB", 18},      named{"AAAA", dns_aaaa}, named{"LOC", 29},
    named{"SRV", dns_srv},   named{"NAPTR", 35},      named{"DNAME", 39},
    named{"OPT", dns_opt},   named{"DS", dns_ds},     named{"SSHFP", 44},
    named{"RRSIG", 46},      named{"NSEC", 47},       named{"DNSKEY", 48},
    named{"NSEC3", 50},      named{"NSEC3PARAM", 51}, named{"TLSA", dns_tlsa},
    named{"SMIMEA", 53},     named{"CDS", 59},        named{"CDNSKEY", 60},
    named{"OPENPGPKEY", 61}, named{"SVCB", 64},       named{"HTTPS", 65},
    named{"SPF", 99},        named{"IXFR", 251},      named{"AXFR", 252},
    named{"ANY", dns_any},   named{"URI", 256},       named{"CAA", dns_caa}};

constexpr std::array classes{named{"IN", 1}, named{"CS", 2},     named{"CH", 3},
                             named{"HS", 4}, named{"NONE", 254}, named{"ANY", 255}};

constexpr std::array rcodes{named{"NOERROR", 0},  named{"FORMERR", 1}, named{"SERVFAIL", 2},
                            named{"NXDOMAIN", 3}, named{"NOTIMP", 4},  named{"REFUSED", 5},
                            named{"YXDOMAIN", 6}, named{"YXRRSET", 7}, named{"NXRRSET", 8},
                            named{"NOTAUTH", 9},  named{"NOTZONE", 10}};

std::string name_in(std::span<const named> table, unsigned number, const char* otherwise) {
  for (const auto& entry : table)
    if (entry.number == number) return std::string(entry.name);
  return otherwise + std::to_string(number);
}

template <class Number>
std::optional<Number> number_in(std::span<const named> table, std::string_view name,
                                std::string_view otherwise) {
  for (const auto& entry : table)
    if (iequals(entry.name, name)) return static_cast<Number>(entry.number);
  if (!iequals(name.substr(0, otherwise.size()), otherwise)) return std::nullopt;
  const auto digits = name.substr(otherwise.size());
  unsigned number = 0;
  const auto end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stopped != end || number > std::numeric_limits<Number>::max())
    return std::nullopt;
  return static_cast<Number>(number);
}

}  // namespace

std::string dns_type_name(std::uint16_t type) {
  return name_in(types, type, "TYPE");
}
std::optional<std::uint16_t> dns_type_of(std::string_view name) {
  return number_in<std::uint16_t>(types, name, "TYPE");
}

std::string dns_class_name(std::uint16_t cls) {
  return name_in(classes, cls, "CLASS");
}
std::optional<std::uint16_t> dns_class_of(std::string_view name) {
  return number_in<std::uint16_t>(classes, name, "CLASS");
}

std::string dns_rcode_name(std::uint8_t rcode) {
  return name_in(rcodes, rcode, "RCODE");
}
std::optional<std::uint8_t> dns_rcode_of(std::string_view name) {
  return number_in<std::uint8_t>(rcodes, name, "RCODE");
}

}  // namespace core
