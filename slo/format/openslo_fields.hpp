#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slo/format/openslo.hpp"

namespace slo {

inline constexpr const char* dns_label_rule =
    "lower case letters, digits and hyphens, at most 63, a letter or digit at both ends";

/// Longest description of any kind, in bytes.
inline constexpr std::size_t description_limit = 1050;

/// RFC 1123 label, as OpenSLO wants it for names.
bool is_dns_label(std::string_view text);

/// `28d`, `4w`, `720h`, `1M` (30 d), `1Q` (90 d), `1Y` (365 d): whole hours from a day to 366 days.
std::optional<period> parse_rolling_period(std::string_view text);

/// The spelling of a time span in Prometheus that we use everywhere: the largest of d, h and m that
/// divides it.
std::string span_label(long minutes);

/// Reads `metadata`; problems are added, what is usable is returned.
metadata read_metadata(const core::node& from, core::problems& found);

/// Reads the spec of an SLI document; nullopt when it is not usable (then a problem was added).
std::optional<indicator> read_indicator_spec(metadata meta, const core::node& from,
                                             core::problems& found);
/// Reads an SLO's inline `indicator`: {metadata, spec}.
std::optional<indicator> read_inline_indicator(const core::node& from, core::problems& found);

}  // namespace slo
