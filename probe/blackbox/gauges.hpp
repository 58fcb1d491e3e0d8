#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"

/// The metrics of one probe, by the names and in the text of blackbox_exporter 0.23.
namespace probe::blackbox {

/// The families without labels, in order of their names.
enum class gauge : std::uint8_t {
  dns_additional_rrs,
  dns_answer_rrs,
  dns_authority_rrs,
  dns_lookup_time,
  dns_query_succeeded,
  dns_serial,
  duration,
  failed_due_to_regex,
  http_content_length,
  http_last_modified,
  http_redirects,
  http_ssl,
  http_status_code,
  http_uncompressed_body_length,
  http_version,
  ip_addr_hash,
  ip_protocol,
  ssl_earliest_cert_expiry,
  ssl_last_chain_expiry,
  success,
};
inline constexpr std::size_t gauge_count = 20;

/// The phases of a probe; which of them a prober has is its own business.
enum class part : std::uint8_t { connect, processing, request, resolve, tls, transfer };
inline constexpr std::size_t part_count = 6;

/// The leaf certificate as `probe_ssl_last_chain_info` has it.
struct chain_info {
  std::string fingerprint_sha256, issuer, subject, subjectalternative;
};

/// What a probe measured: only what was set is exposed. No allocation for a plain HTTP probe.
class gauges {
 public:
  void set(gauge g, double value) noexcept {
    const auto i = static_cast<std::size_t>(g);
    values_[i] = value;
    set_ |= 1U << i;
  }
  /// 0 unless it has been set.
  void begin(std::initializer_list<gauge> all) noexcept {
    for (const gauge g : all) set(g, 0);
  }
  std::optional<double> get(gauge g) const noexcept {
    const auto i = static_cast<std::size_t>(g);
    return (set_ >> i & 1U) != 0 ? std::optional<double>(values_[i]) : std::nullopt;
  }

  /// Seconds of a part, added to what it has already (redirects are summed).
  void add(part p, core::duration took) noexcept {
    const auto i = static_cast<std::size_t>(p);
    parts_[i] += core::seconds(took);
    parts_set_ |= 1U << i;
  }
  void begin(std::initializer_list<part> all) noexcept {
    for (const part p : all) add(p, {});
  }
  /// Under which name the parts are exposed.
  enum class prober : std::uint8_t { none, http, dns } parts_of = prober::none;

  std::string tls_version;  ///< `TLS 1.3`; empty: not exposed
  std::optional<chain_info> chain;
  /// Labels of each sample of probe_expect_info; empty: not exposed.
  std::vector<std::vector<std::pair<std::string, std::string>>> expect_info;

  /// Appends the text format 0.0.4 as Go's client writes it.
  void write(std::string& out) const;

 private:
  void write_parts(std::string& out, const char* family) const;

  std::array<double, gauge_count> values_{};
  std::uint32_t set_ = 0;
  std::array<double, part_count> parts_{};
  std::uint32_t parts_set_ = 0;
};

/// The hash of an address in `probe_ip_addr_hash`: FNV-1a, 32 bits, over 4 or 16 bytes.
std::uint32_t address_hash(const unsigned char* bytes, std::size_t size) noexcept;

}  // namespace probe::blackbox
