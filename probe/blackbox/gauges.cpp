#include "probe/blackbox/gauges.hpp"

#include <algorithm>
#include <charconv>

#include "core/exposition.hpp"
#include "core/not_finite.hpp"

namespace probe::blackbox {
namespace {

using label = std::pair<std::string_view, std::string_view>;

struct family {
  std::string_view name;
  std::string_view head;  // its two comment lines
};

#define REMORA_FAMILY(name, help)                             \
  family {                                                    \
    name, "# HELP " name " " help "\n# TYPE " name " gauge\n" \
  }

constexpr std::array<family, gauge_count> families{
    REMORA_FAMILY("probe_dns_additional_rrs",
                  "Returns number of entries in the additional resource record list"),
    REMORA_FAMILY("probe_dns_answer_rrs",
                  "Returns number of entries in the answer resource record list"),
    REMORA_FAMILY("probe_dns_authority_rrs",
                  "Returns number of entries in the authority resource record list"),
    REMORA_FAMILY("probe_dns_lookup_time_seconds",
                  "Returns the time taken for probe dns lookup in seconds"),
    REMORA_FAMILY("probe_dns_query_succeeded",
                  "Displays whether or not the query was executed successfully"),
    REMORA_FAMILY("probe_dns_serial", "Returns the serial number of the zone"),
    REMORA_FAMILY("probe_duration_seconds",
                  "Returns how long the probe took to complete in seconds"),
    REMORA_FAMILY("probe_failed_due_to_regex", "Indicates if probe failed due to regex"),
    REMORA_FAMILY("probe_http_content_length", "Length of http content response"),
    REMORA_FAMILY("probe_http_last_modified_timestamp_seconds",
                  "Returns the Last-Modified HTTP response header in unixtime"),
    REMORA_FAMILY("probe_http_redirects", "The number of redirects"),
    REMORA_FAMILY("probe_http_ssl", "Indicates if SSL was used for the final redirect"),
    REMORA_FAMILY("probe_http_status_code", "Response HTTP status code"),
    REMORA_FAMILY("probe_http_uncompressed_body_length", "Length of uncompressed response body"),
    REMORA_FAMILY("probe_http_version", "Returns the version of HTTP of the probe response"),
    REMORA_FAMILY("probe_ip_addr_hash",
                  "Specifies the hash of IP address. It's useful to detect if the IP address "
                  "changes."),
    REMORA_FAMILY("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6"),
    REMORA_FAMILY("probe_ssl_earliest_cert_expiry", "Returns last SSL chain expiry in unixtime"),
    REMORA_FAMILY("probe_ssl_last_chain_expiry_timestamp_seconds",
                  "Returns last SSL chain expiry in timestamp"),
    REMORA_FAMILY("probe_success", "Displays whether or not the probe was a success")};

constexpr family dns_duration =
    REMORA_FAMILY("probe_dns_duration_seconds", "Duration of DNS request by phase");
constexpr family expect_family = REMORA_FAMILY("probe_expect_info", "Explicit content matched");
constexpr family http_duration = REMORA_FAMILY(
    "probe_http_duration_seconds", "Duration of http request by phase, summed over all redirects");
constexpr family chain_family =
    REMORA_FAMILY("probe_ssl_last_chain_info", "Contains SSL leaf certificate information");
constexpr family tls_family =
    REMORA_FAMILY("probe_tls_version_info", "Returns the TLS version used or NaN when unknown");
#undef REMORA_FAMILY

constexpr std::array<std::string_view, part_count> part_names{"connect", "processing", "request",
                                                              "resolve", "tls",        "transfer"};

/// As Go writes a float with 'g' and the shortest precision.
void append_number(std::string& out, double value) {
  if (core::append_not_finite(out, value)) return;
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general).ptr;
  out.append(text, end);
}

void append_sample(std::string& out, std::string_view name, double value) {
  out.append(name).append(" ");
  append_number(out, value);
  out += '\n';
}

void append_info(std::string& out, const family& f, core::metric_label_list labels) {
  out.append(f.name).append("{").append(core::render_labels(labels)).append("} 1\n");
}

void append_chain(std::string& out, const chain_info& chain) {
  const std::array<label, 4> labels{{{"fingerprint_sha256", chain.fingerprint_sha256},
                                     {"issuer", chain.issuer},
                                     {"subject", chain.subject},
                                     {"subjectalternative", chain.subjectalternative}}};
  out.append(chain_family.head);
  append_info(out, chain_family, labels);
}

}  // namespace

void gauges::write_parts(std::string& out, const char* name) const {
  for (std::size_t i = 0; i < part_count; ++i) {
    if ((parts_set_ >> i & 1U) == 0) continue;
    out.append(name).append("{phase=\"").append(part_names[i]).append("\"} ");
    append_number(out, parts_[i]);
    out += '\n';
  }
}

void gauges::write(std::string& out) const {
  // The families with labels stand before the one that follows them in the alphabet.
  for (std::size_t i = 0; i < gauge_count; ++i) {
    switch (static_cast<gauge>(i)) {
      case gauge::dns_lookup_time:
        if (parts_of != prober::dns || parts_set_ == 0) break;
        out.append(dns_duration.head);
        write_parts(out, "probe_dns_duration_seconds");
        break;
      case gauge::failed_due_to_regex:
        if (!expect_info.empty()) out.append(expect_family.head);
        for (const auto& sample : expect_info) {
          std::vector<label> labels(sample.begin(), sample.end());
          std::sort(labels.begin(), labels.end());
          append_info(out, expect_family, labels);
        }
        break;
      case gauge::http_last_modified:
        if (parts_of != prober::http || parts_set_ == 0) break;
        out.append(http_duration.head);
        write_parts(out, "probe_http_duration_seconds");
        break;
      case gauge::success:
        if (!chain) break;
        append_chain(out, *chain);
        break;
      default: break;
    }
    if ((set_ >> i & 1U) == 0) continue;
    out.append(families[i].head);
    append_sample(out, families[i].name, values_[i]);
  }
  if (!tls_version.empty()) {
    const label version{"version", tls_version};
    out.append(tls_family.head);
    append_info(out, tls_family, {&version, 1});
  }
}

std::uint32_t address_hash(const unsigned char* bytes, std::size_t size) noexcept {
  std::uint32_t hash = 2166136261U;
  for (std::size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 16777619U;
  return hash;
}

}  // namespace probe::blackbox
