#include "core/dns_rdata.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

#include "core/dns_names.hpp"

namespace core {
namespace {

namespace ip = boost::asio::ip;

std::string number(std::uint32_t value) {
  return std::to_string(value);
}

std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) append_dns_escaped(out, static_cast<std::uint8_t>(c), true);
  return out + '"';
}

std::string quoted(std::span<const std::uint8_t> bytes) {
  return quoted(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

template <class Address>
std::string address_text(dns_reader& in) {
  typename Address::bytes_type bytes{};
  const auto read = in.bytes(bytes.size());
  std::copy(read.begin(), read.end(), bytes.begin());
  return Address(bytes).to_string();
}

/// `17 words name`: numbers of 16 bits, then a name.
template <int count>
std::string numbers_and_name(dns_reader& in) {
  std::string out;
  for (int i = 0; i < count; ++i) out += number(in.u16()) + ' ';
  return out + in.name_text();
}

std::string name_alone(dns_reader& in, std::size_t) {
  return in.name_text();
}

std::string soa(dns_reader& in, std::size_t) {
  std::string out = in.name_text() + ' ';
  out += in.name_text();
  for (int i = 0; i < 5; ++i) out += ' ' + number(in.u32());
  return out;
}

std::string txt(dns_reader& in, std::size_t end) {
  std::string out;
  while (in.good() && in.at() < end)
    out += (out.empty() ? "" : " ") + quoted(in.character_string());
  return out;
}

std::string naptr(dns_reader& in, std::size_t) {
  std::string out = number(in.u16()) + ' ';
  out += number(in.u16());
  for (int i = 0; i < 3; ++i) out += ' ' + quoted(in.character_string());
  return out + ' ' + in.name_text();
}

/// RFC 8659, 4.1.
std::string caa(dns_reader& in, std::size_t end) {
  std::string out = number(in.u8()) + ' ';
  for (const char c : in.character_string())
    append_dns_escaped(out, static_cast<std::uint8_t>(c), false);
  if (!in.good() || in.at() > end) return {};
  return out + ' ' + quoted(in.bytes(end - in.at()));
}

/// RFC 4034, 5.1.
std::string ds(dns_reader& in, std::size_t end) {
  std::string out = number(in.u16()) + ' ';
  out += number(in.u8()) + ' ';
  out += number(in.u8()) + ' ';
  if (!in.good() || in.at() > end) return {};
  return out + hex(in.bytes(end - in.at()));
}

/// RFC 6698, 2.1.
std::string tlsa(dns_reader& in, std::size_t end) {
  std::string out;
  for (int i = 0; i < 3; ++i) out += number(in.u8()) + ' ';
  if (!in.good() || in.at() > end) return {};
  return out + hex(in.bytes(end - in.at()));
}

struct text_form {
  std::uint16_t type;
  std::string (*read)(dns_reader& in, std::size_t end);
};

constexpr std::array forms{
    text_form{dns_a, [](dns_reader& in, std::size_t) { return address_text<ip::address_v4>(in); }},
    text_form{dns_aaaa,
              [](dns_reader& in, std::size_t) { return address_text<ip::address_v6>(in); }},
    text_form{dns_ns, name_alone},
    text_form{dns_cname, name_alone},
    text_form{dns_ptr, name_alone},
    text_form{dns_soa, soa},
    text_form{dns_mx, [](dns_reader& in, std::size_t) { return numbers_and_name<1>(in); }},
    text_form{dns_srv, [](dns_reader& in, std::size_t) { return numbers_and_name<3>(in); }},
    text_form{dns_txt, txt},
    text_form{dns_naptr, naptr},
    text_form{dns_caa, caa},
    text_form{dns_ds, ds},
    text_form{dns_tlsa, tlsa},
};

}  // namespace

std::string dns_rdata_text(dns_reader& in, std::uint16_t type, std::size_t length) {
  if (length > in.left()) in.fail();
  if (!in.good()) return {};
  const std::size_t end = in.at() + length;
  const auto form =
      std::find_if(forms.begin(), forms.end(), [&](const text_form& f) { return f.type == type; });
  std::string out;
  // Without data a record still says something in dynamic updates (RFC 2136, 2.4).
  if (form != forms.end() && length > 0)
    out = form->read(in, end);
  else if (length > 0)
    out = "\\# " + std::to_string(length) + ' ' + hex(in.bytes(length));
  if (in.at() != end) in.fail();
  return in.good() ? out : std::string();
}

}  // namespace core
