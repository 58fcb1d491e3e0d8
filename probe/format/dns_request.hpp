#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config_reader.hpp"
#include "core/ip_family.hpp"
#include "probe/format/record_expectation.hpp"
#include "probe/format/template_text.hpp"

namespace probe {

enum class dns_transport { udp, tcp, tls };
constexpr auto config_names(dns_transport) {
  return std::array{std::pair{"udp", dns_transport::udp}, std::pair{"tcp", dns_transport::tcp},
                    std::pair{"tls", dns_transport::tls}};
}

/// A question to a DNS server, the check of kind `dns`.
struct dns_request {
  template_text name;
  std::string type = "A";
  std::string cls = "IN";
  std::optional<template_text> server;
  dns_transport transport = dns_transport::udp;
  std::optional<std::string> server_name;
  bool recursion = true;
  std::uint16_t udp_size = 0;

  static void describe(core::fields<dns_request>& f);
  void collect(text_list& into) const;
};

/// A service's target that must be among the answers (RFC 2782).
struct srv_expectation {
  template_text target;
  std::optional<std::uint16_t> port;
  std::optional<std::uint16_t> priority;
  std::optional<std::uint16_t> weight;

  static void describe(core::fields<srv_expectation>& f);
};

/// What the answer of a DNS server must be.
struct dns_expectation {
  std::vector<std::string> rcode{"NOERROR"};
  std::optional<bool> authoritative;
  std::optional<record_expectation> answers;
  std::optional<record_expectation> authority;
  std::optional<record_expectation> additional;
  std::vector<srv_expectation> srv;

  static void describe(core::fields<dns_expectation>& f);
  void collect(text_list& into) const;
};

}  // namespace probe
