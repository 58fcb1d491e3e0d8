#include "sidecar/merge/family_kind.hpp"

#include <array>

namespace sidecar {
namespace {

struct kind_name {
  std::string_view word;
  family_kind kind;
};

constexpr std::array openmetrics_names{kind_name{"unknown", family_kind::unknown},
                                       kind_name{"counter", family_kind::counter},
                                       kind_name{"gauge", family_kind::gauge},
                                       kind_name{"histogram", family_kind::histogram},
                                       kind_name{"summary", family_kind::summary},
                                       kind_name{"gaugehistogram", family_kind::gauge_histogram},
                                       kind_name{"info", family_kind::info},
                                       kind_name{"stateset", family_kind::state_set}};
constexpr std::array text_names{
    kind_name{"untyped", family_kind::unknown}, kind_name{"counter", family_kind::counter},
    kind_name{"gauge", family_kind::gauge}, kind_name{"histogram", family_kind::histogram},
    kind_name{"summary", family_kind::summary}};

using suffixes = std::span<const std::string_view>;
constexpr std::array<std::string_view, 1> plain{""};
constexpr std::array<std::string_view, 2> of_counter{"_total", "_created"};
constexpr std::array<std::string_view, 4> of_histogram{"_bucket", "_sum", "_count", "_created"};
constexpr std::array<std::string_view, 4> of_summary{"", "_sum", "_count", "_created"};
constexpr std::array<std::string_view, 3> of_gauge_histogram{"_bucket", "_gsum", "_gcount"};
constexpr std::array<std::string_view, 6> taken_by_gauge_histogram{"_bucket", "_gsum",  "_gcount",
                                                                   "_sum",    "_count", "_created"};
constexpr std::array<std::string_view, 1> of_info{"_info"};

}  // namespace

std::optional<family_kind> parse_family_kind(std::string_view word,
                                             core::exposition_format format) noexcept {
  const std::span<const kind_name> names = format == core::exposition_format::openmetrics
                                               ? std::span<const kind_name>(openmetrics_names)
                                               : std::span<const kind_name>(text_names);
  for (const auto& name : names)
    if (name.word == word) return name.kind;
  return std::nullopt;
}

const char* type_word(family_kind kind, core::exposition_format format) noexcept {
  const bool openmetrics = format == core::exposition_format::openmetrics;
  switch (kind) {
    case family_kind::unknown: break;
    case family_kind::counter: return "counter";
    case family_kind::gauge: return "gauge";
    case family_kind::histogram: return "histogram";
    case family_kind::summary: return "summary";
    // Its buckets are shaped as a histogram's; its sum and count go apart.
    case family_kind::gauge_histogram: return openmetrics ? "gaugehistogram" : "histogram";
    case family_kind::info: return openmetrics ? "info" : "gauge";
    case family_kind::state_set: return openmetrics ? "stateset" : "gauge";
  }
  return openmetrics ? "unknown" : "untyped";
}

family_kind to_family_kind(core::metric_type type) noexcept {
  switch (type) {
    case core::metric_type::counter: return family_kind::counter;
    case core::metric_type::gauge: return family_kind::gauge;
    case core::metric_type::histogram: return family_kind::histogram;
    case core::metric_type::summary: return family_kind::summary;
    case core::metric_type::unknown: break;
  }
  return family_kind::unknown;
}

std::span<const std::string_view> sample_suffixes(family_kind kind) noexcept {
  switch (kind) {
    case family_kind::counter: return of_counter;
    case family_kind::histogram: return of_histogram;
    case family_kind::summary: return of_summary;
    case family_kind::gauge_histogram: return of_gauge_histogram;
    case family_kind::info: return of_info;
    case family_kind::unknown:
    case family_kind::gauge:
    case family_kind::state_set: break;
  }
  return plain;
}

std::span<const std::string_view> taken_suffixes(family_kind kind) noexcept {
  if (kind == family_kind::gauge_histogram) return taken_by_gauge_histogram;
  return sample_suffixes(kind);
}

}  // namespace sidecar
