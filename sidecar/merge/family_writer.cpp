#include "sidecar/merge/family_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sidecar {
namespace {

using core::exposition_format;

constexpr std::array<std::string_view, 3> apart_suffixes{"_created", "_gsum", "_gcount"};

bool has_apart(family_kind kind, std::string_view suffix) noexcept {
  if (kind == family_kind::gauge_histogram) return suffix != "_created";
  const bool timed = kind == family_kind::counter || kind == family_kind::histogram ||
                     kind == family_kind::summary;
  return timed && suffix == "_created";
}

/// Digits as they came, unless OpenMetrics would not take their spelling (`.5`, `inf`).
void append_number(std::string& out, std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') || text.starts_with('+'));
  const bool plain = !digits.empty() && digits.front() >= '0' && digits.front() <= '9';
  if (plain)
    out += text;
  else
    out += core::canonical_number(parse_metric_number(text).value_or(NAN));
}

void append_timestamp(std::string& out, std::string_view text, exposition_format from,
                      exposition_format to) {
  out += ' ';
  if (from == to) {
    out += text;
    return;
  }
  const double value = parse_metric_number(text).value_or(0);
  char digits[64];
  char* end = nullptr;
  if (to == exposition_format::openmetrics) {
    end = std::to_chars(digits, digits + sizeof digits, value / 1000, std::chars_format::fixed, 3)
              .ptr;
  } else {
    // As far as a whole number of milliseconds goes.
    constexpr double most = 9.2e18;
    const auto ms = static_cast<std::int64_t>(std::clamp(std::round(value * 1000), -most, most));
    end = std::to_chars(digits, digits + sizeof digits, ms).ptr;
  }
  out.append(digits, end);
}

/// Whether an exemplar may be written: on counters' totals and on buckets, and not too long.
bool exemplar_fits(const sample_line& sample, family_kind kind) {
  if (!sample.name.ends_with("_total") && !sample.name.ends_with("_bucket")) return false;
  if (kind != family_kind::counter && kind != family_kind::histogram &&
      kind != family_kind::gauge_histogram)
    return false;
  std::size_t characters = 0;
  const auto count = [&](std::string_view text) {
    characters += static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  };
  sample_line exemplar;
  const std::string as_sample = "e" + std::string(sample.exemplar);
  if (parse_sample_line(as_sample, exposition_format::openmetrics, exemplar)) return false;
  for_each_label(exemplar.labels, [&](std::string_view name, std::string_view value) {
    count(name);
    count(unescape(value));
  });
  return characters <= 128;
}

// Quotes are escaped in OpenMetrics only; there some leave them as they are, and are understood.
void append_help_of(std::string& out, std::string_view help, exposition_format from,
                    exposition_format to) {
  append_help(out, unescape(help, from == exposition_format::openmetrics),
              to == exposition_format::openmetrics);
}

std::string written_name(const merged_family& family, exposition_format to) {
  if (to == exposition_format::openmetrics) return family.name;
  if (family.kind == family_kind::counter) return family.name + "_total";
  if (family.kind == family_kind::info) return family.name + "_info";
  return family.name;
}

}  // namespace

bool family_writer::goes_apart(const sample_line& sample, const merged_family& family,
                               std::string_view suffix) const {
  if (to_ == exposition_format::openmetrics || !has_apart(family.kind, suffix)) return false;
  return sample.name.size() == family.name.size() + suffix.size() && sample.name.ends_with(suffix);
}

void family_writer::append_head(std::string& out, const merged_family& family) const {
  const std::string name = written_name(family, to_);
  const auto from = of_source_[family.pieces.front().source];
  if (!family.help.empty()) {
    out.append("# HELP ").append(name).append(" ");
    append_help_of(out, family.help, from, to_);
    out += '\n';
  }
  const bool counts = family.bare && to_ == exposition_format::text;
  out.append("# TYPE ").append(name).append(" ");
  out.append(type_word(counts ? family_kind::counter : family.kind, to_)).append("\n");
  if (to_ == exposition_format::openmetrics && !family.unit.empty())
    out.append("# UNIT ").append(name).append(" ").append(family.unit).append("\n");
}

void family_writer::append_sample(std::string& out, const sample_line& sample,
                                  const merged_family& family, std::size_t source) const {
  out += sample.name;
  const auto& extra = plan_.extras()[source];
  if (!sample.labels.empty() || !extra.rendered.empty()) {
    out += '{';
    append_labels(out, sample.labels, sample.plain_labels, extra,
                  bound_label(sample.name, family.kind));
    out += '}';
  }
  out += ' ';
  append_number(out, sample.value);
  if (!sample.timestamp.empty()) append_timestamp(out, sample.timestamp, of_source_[source], to_);
  if (to_ == exposition_format::openmetrics && !sample.exemplar.empty() &&
      exemplar_fits(sample, family.kind))
    out.append(" # ").append(sample.exemplar);
  out += '\n';
}

void family_writer::append_samples(std::string& out, const merged_family& family,
                                   std::string_view suffix) const {
  for (const auto& piece : family.pieces)
    for (const auto* sample : piece.samples) {
      const bool wanted =
          suffix.empty()
              ? std::none_of(apart_suffixes.begin(), apart_suffixes.end(),
                             [&](auto other) { return goes_apart(*sample, family, other); })
              : goes_apart(*sample, family, suffix);
      if (wanted) append_sample(out, *sample, family, piece.source);
    }
}

std::string family_writer::lines(const merged_family& family) const {
  std::string out, samples;
  if (family.pieces.empty()) return out;
  append_samples(samples, family, "");
  if (!family.own && !samples.empty()) append_head(out, family);
  return out + samples;
}

std::string family_writer::apart(const merged_family& family) const {
  std::string out;
  if (to_ == exposition_format::openmetrics) return out;
  for (const auto suffix : apart_suffixes) {
    std::string samples;
    if (has_apart(family.kind, suffix)) append_samples(samples, family, suffix);
    if (samples.empty()) continue;
    out.append("# TYPE ").append(family.name).append(suffix).append(" gauge\n").append(samples);
  }
  return out;
}

}  // namespace sidecar
