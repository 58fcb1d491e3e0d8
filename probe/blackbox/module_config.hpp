#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config_reader.hpp"
#include "probe/blackbox/values.hpp"
#include "probe/format/re2_pattern.hpp"

/// The configuration file of blackbox_exporter (CONFIGURATION.md of its version 0.23, and what
/// newer ones added where it has a meaning here): values with its defaults and the tables they are
/// read by. Keys stand in the order in which it prints them.
namespace probe::blackbox {

enum class prober_kind { http, tcp, dns, icmp, grpc };
constexpr auto config_names(prober_kind) {
  return std::array{std::pair{"http", prober_kind::http}, std::pair{"tcp", prober_kind::tcp},
                    std::pair{"dns", prober_kind::dns}, std::pair{"icmp", prober_kind::icmp},
                    std::pair{"grpc", prober_kind::grpc}};
}
const char* to_label(prober_kind kind) noexcept;

enum class ip_protocol { ip4, ip6 };
constexpr auto config_names(ip_protocol) {
  return std::array{std::pair{"ip4", ip_protocol::ip4}, std::pair{"ip6", ip_protocol::ip6}};
}

enum class tls_version { tls10, tls11, tls12, tls13 };
constexpr auto config_names(tls_version) {
  return std::array{std::pair{"TLS10", tls_version::tls10}, std::pair{"TLS11", tls_version::tls11},
                    std::pair{"TLS12", tls_version::tls12}, std::pair{"TLS13", tls_version::tls13}};
}

enum class compression { gzip, deflate, br, identity };
constexpr auto config_names(compression) {
  return std::array{std::pair{"gzip", compression::gzip},
                    std::pair{"deflate", compression::deflate}, std::pair{"br", compression::br},
                    std::pair{"identity", compression::identity}};
}

enum class transport { udp, tcp };
constexpr auto config_names(transport) {
  return std::array{std::pair{"udp", transport::udp}, std::pair{"tcp", transport::tcp}};
}

/// Of which of a name's addresses one is taken.
struct address_choice {
  std::optional<ip_protocol> preferred;  ///< nothing: IPv6
  bool fallback = true;                  ///< the other one, when there is none of these

  template <class T>
  static void describe_choice(core::fields<T>& f) {
    f.optional("preferred_ip_protocol", &T::preferred, "ip4 or ip6; default ip6.");
    f.optional("ip_protocol_fallback", &T::fallback,
               "Take an address of the other protocol when there is none of the preferred one.");
  }
};

struct tls_settings {
  std::string ca_file, cert_file, key_file, server_name;
  bool insecure_skip_verify = false;
  std::optional<tls_version> min_version, max_version;

  static void describe(core::fields<tls_settings>& f);
};

struct basic_auth {
  std::string username;
  credential password;
  std::string password_file;

  static void describe(core::fields<basic_auth>& f);
};

struct authorization {
  std::string type = "Bearer";
  credential credentials;
  std::string credentials_file;

  static void describe(core::fields<authorization>& f);
};

struct header_match {
  std::string header;
  re2_pattern regexp;
  bool allow_missing = false;

  static void describe(core::fields<header_match>& f);
};

struct http_settings : address_choice {
  std::vector<int> valid_status_codes;
  std::vector<std::string> valid_http_versions;
  bool skip_resolve_phase_with_proxy = false;
  /// The old name of the opposite of `follow_redirects`, which it is read into.
  std::optional<bool> no_follow_redirects;
  bool fail_if_ssl = false, fail_if_not_ssl = false;
  std::string method;  ///< empty: GET
  std::map<std::string, std::string> headers;
  std::vector<re2_pattern> fail_if_body_matches, fail_if_body_not_matches;
  std::vector<header_match> fail_if_header_matches, fail_if_header_not_matches;
  std::string body, body_file;
  std::optional<blackbox::basic_auth> basic_auth;
  std::optional<blackbox::authorization> authorization;
  credential bearer_token;  ///< these two are read into `authorization`
  std::string bearer_token_file;
  unsupported oauth2{"tokens of OAuth 2 are not fetched here; use bearer_token_file"};
  unsupported proxy_url{"targets are reached directly"};
  unsupported proxy_from_environment{"targets are reached directly"};
  unsupported proxy_connect_header{"targets are reached directly"};
  unsupported no_proxy{"targets are reached directly"};
  unsupported json_matches_cel{"there is no CEL here; use fail_if_body_matches_regexp"};
  unsupported json_not_matches_cel{"there is no CEL here; use fail_if_body_not_matches_regexp"};
  tls_settings tls;
  bool follow_redirects = true, enable_http2 = true;
  std::optional<blackbox::compression> compression;
  base2_size body_size_limit;  ///< 0: none

  static void describe(core::fields<http_settings>& f);
};

struct expect_label {
  std::string name, value;
  static void describe(core::fields<expect_label>& f);
};

/// One exchange over a TCP connection: expect, then send, then turn to TLS; each may be left out.
struct query_response {
  re2_pattern expect;
  std::vector<expect_label> labels;
  std::string send;
  bool starttls = false;

  static void describe(core::fields<query_response>& f);
};

struct tcp_settings : address_choice {
  std::string source_ip_address;
  std::vector<blackbox::query_response> query_response;
  bool tls = false;
  tls_settings tls_config;

  static void describe(core::fields<tcp_settings>& f);
};

struct record_rules {
  std::vector<re2_pattern> fail_if_matches, fail_if_all_match, fail_if_not_matches,
      fail_if_none_matches;

  static void describe(core::fields<record_rules>& f);
};

struct dns_settings : address_choice {
  bool dns_over_tls = false;
  tls_settings tls_config;
  std::string source_ip_address;
  std::optional<transport> transport_protocol;  ///< nothing: UDP
  std::string query_class, query_name, query_type;
  bool recursion_desired = true;
  std::vector<std::string> valid_rcodes;
  record_rules answer, authority, additional;

  static void describe(core::fields<dns_settings>& f);
};

/// Read so that files with such modules are accepted; nothing here probes with it.
struct icmp_settings : address_choice {
  std::string source_ip_address;
  int payload_size = 0;
  bool dont_fragment = false;
  int ttl = 64;

  static void describe(core::fields<icmp_settings>& f);
};
struct grpc_settings : address_choice {
  std::string service;
  bool tls = false;
  tls_settings tls_config;

  static void describe(core::fields<grpc_settings>& f);
};

struct module_config {
  prober_kind prober = prober_kind::http;
  go_duration timeout;  ///< 0: what the scraper allows
  http_settings http;
  tcp_settings tcp;
  icmp_settings icmp;
  dns_settings dns;
  std::optional<grpc_settings> grpc;

  static void describe(core::fields<module_config>& f);
};

struct file_config {
  std::map<std::string, module_config> modules;

  static void describe(core::fields<file_config>& f);
};

/// Reads a file. Nothing is replaced in it from the environment (`${1}` is the first group of an
/// `expect`), and a key without a value stands for its default, as it does for the real one.
file_config read_file(const core::document& from, core::problems& found);

/// What a module says that is not done here, for people; the file is good nevertheless.
std::vector<std::string> notes_on(const file_config& config);

}  // namespace probe::blackbox
