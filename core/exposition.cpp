#include "core/exposition.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/not_finite.hpp"

namespace core {
namespace {

constexpr std::string_view total_suffix = "_total";

void append_value(std::string& out, double value) {
  if (append_not_finite(out, value)) return;
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_count(std::string& out, std::uint64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\' || (quotes && c == '"')) out += '\\';
      out += c;
    }
  }
}

const char* type_name(metric_type type, exposition_format format) {
  switch (type) {
    case metric_type::counter: return "counter";
    case metric_type::gauge: return "gauge";
    case metric_type::histogram: return "histogram";
    case metric_type::summary: return "summary";
    case metric_type::unknown: break;
  }
  return format == exposition_format::openmetrics ? "unknown" : "untyped";
}

void append_exemplar(std::string& out, const exemplar& e) {
  // 128 characters of names and values; this counts a little more. One too long would cost the
  // whole scrape.
  if (e.labels.size() > 128) return;
  out.append(" # {").append(e.labels).append("} ");
  append_value(out, e.value);
  if (e.timestamp <= 0) return;
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof text, e.timestamp, std::chars_format::fixed, 3).ptr;
  out += ' ';
  out.append(text, end);
}

/// Writes into room that was made beforehand, so that no piece of a line is checked.
struct cursor {
  char* at;

  void put(std::string_view text) noexcept {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  }
  void put(char c) noexcept { *at++ = c; }
  template <class N>
  void number(N value) noexcept {
    at = std::to_chars(at, at + 24, value).ptr;
  }
  template <std::size_t n>
  void hex(const std::array<std::uint8_t, n>& bytes) noexcept {
    for (const std::uint8_t byte : bytes) {
      put("0123456789abcdef"[byte >> 4]);
      put("0123456789abcdef"[byte & 15]);
    }
  }
};

constexpr std::size_t number_room = 24;
constexpr std::size_t exemplar_room = 160;

/// ` # {trace_id="…",span_id="…"} value seconds`: 63 of the 128 characters that are allowed.
void put_exemplar(cursor& out, const bucket_exemplar& e) noexcept {
  out.put(" # {trace_id=\"");
  out.hex(e.trace.bytes);
  out.put("\",span_id=\"");
  out.hex(e.span.bytes);
  out.put("\"} ");
  out.number(e.value);
  out.put(' ');
  const std::uint64_t millis = e.unix_nanos / 1'000'000;
  out.number(millis / 1000);
  const char decimals[] = {'.', static_cast<char>('0' + millis / 100 % 10),
                           static_cast<char>('0' + millis / 10 % 10),
                           static_cast<char>('0' + millis % 10)};
  out.put({decimals, sizeof decimals});
}

/// `name suffix{labels} ` of a sample line.
void begin_sample(std::string& out, std::string_view name, std::string_view suffix,
                  std::string_view labels) {
  out.append(name).append(suffix);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out += ' ';
}

}  // namespace

const char* content_type(exposition_format format) noexcept {
  return format == exposition_format::openmetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

std::string canonical_number(double value) {
  std::string out;
  if (append_not_finite(out, value)) return out;
  // General, not shortest: 1e5 is `100000.0` to the client libraries of Go and Python.
  char text[32];
  out.assign(text, std::to_chars(text, text + sizeof text, value, std::chars_format::general).ptr);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

std::string render_labels(metric_label_list labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ',';
    out.append(name).append("=\"");
    append_escaped(out, value, true);
    out += '"';
  }
  return out;
}

bool exposition_writer::family(std::string_view name, std::string_view help, metric_type type) {
  total_ = type == metric_type::counter;
  if (total_ && name.ends_with(total_suffix)) name.remove_suffix(total_suffix.size());
  name_ = name;
  if (!seen_.insert(name_).second) {
    duplicates_.push_back(name_);
    return false;
  }
  sections_.push_back({name_, type, out_.size()});
  const bool openmetrics = format_ == exposition_format::openmetrics;
  // 0.0.4 has no family name apart from the samples'.
  const std::string_view suffix = total_ && !openmetrics ? total_suffix : "";
  out_.append("# HELP ").append(name_).append(suffix).append(" ");
  append_escaped(out_, help, openmetrics);
  out_.append("\n# TYPE ").append(name_).append(suffix).append(" ");
  out_.append(type_name(type, format_)).append("\n");
  return true;
}

void exposition_writer::counter(std::string_view labels, double value, const exemplar* e) {
  begin_sample(out_, name_, total_suffix, labels);
  append_value(out_, value);
  if (e && format_ == exposition_format::openmetrics) append_exemplar(out_, *e);
  out_ += '\n';
}

void exposition_writer::gauge(std::string_view labels, double value) {
  raw("", labels, value);
}

void exposition_writer::render_bounds(std::span<const double> bounds) {
  // The series of a family share their bounds: numbers are formatted for the first one only.
  if (!le_.empty() && std::equal(bounds.begin(), bounds.end(), bounds_.begin(), bounds_.end())) {
    return;
  }
  bounds_.assign(bounds.begin(), bounds.end());
  le_.clear();
  for (const double bound : bounds_) le_.push_back("le=\"" + canonical_number(bound) + "\"} ");
  le_.push_back("le=\"+Inf\"} ");
  longest_le_ = 0;
  for (const auto& le : le_) longest_le_ = std::max(longest_le_, le.size());
}

void exposition_writer::histogram(std::string_view labels, std::span<const double> bounds,
                                  std::span<const std::uint64_t> buckets, double sum,
                                  std::span<const bucket_exemplar> exemplars) {
  render_bounds(bounds);
  if (format_ != exposition_format::openmetrics) exemplars = {};
  prefix_.assign(name_).append("_bucket{").append(labels).append(labels.empty() ? "" : ",");
  const std::size_t lines = std::min(le_.size(), buckets.size());
  const std::size_t line = prefix_.size() + longest_le_ + number_room + 1;
  const std::size_t begin = out_.size();
  out_.resize(begin + lines * (line + (exemplars.empty() ? 0 : exemplar_room)));
  cursor at{out_.data() + begin};
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < lines; ++i) {
    cumulative += buckets[i];
    at.put(prefix_);
    at.put(le_[i]);
    at.number(cumulative);
    if (i < exemplars.size() && exemplars[i].unix_nanos != 0) put_exemplar(at, exemplars[i]);
    at.put('\n');
  }
  out_.resize(static_cast<std::size_t>(at.at - out_.data()));
  raw("_sum", labels, sum);
  begin_sample(out_, name_, "_count", labels);
  append_count(out_, cumulative);
  out_ += '\n';
}

void exposition_writer::raw(std::string_view suffix, std::string_view labels, double value) {
  begin_sample(out_, name_, suffix, labels);
  append_value(out_, value);
  out_ += '\n';
}

std::string_view exposition_writer::text(std::size_t section) const noexcept {
  const std::size_t begin = sections_[section].begin;
  const bool last = section + 1 == sections_.size();
  const std::size_t end = last ? std::min(appended_, out_.size()) : sections_[section + 1].begin;
  return std::string_view(out_).substr(begin, end - begin);
}

void exposition_writer::append(std::string_view lines) {
  appended_ = std::min(appended_, out_.size());
  out_ += lines;
}

void exposition_writer::insert_joins() {
  std::string joined;
  std::size_t copied = 0;
  for (const auto& [section, lines] : joins_) {
    const std::string_view own = text(section);
    const auto end = static_cast<std::size_t>(own.data() + own.size() - out_.data());
    joined.append(out_, copied, end - copied).append(lines);
    copied = end;
  }
  out_ = std::move(joined.append(out_, copied));
}

std::string exposition_writer::finish() && {
  if (!joins_.empty()) insert_joins();
  if (format_ == exposition_format::openmetrics) out_ += "# EOF\n";
  return std::move(out_);
}

std::string exposition::render(exposition_format format) const {
  exposition_writer out(format, last_size_.load(std::memory_order_relaxed) * 9 / 8);
  for (const auto& source : sources_) source->write(out);
  if (guest_) guest_->write(out);
  std::string text = std::move(out).finish();
  last_size_.store(text.size(), std::memory_order_relaxed);
  return text;
}

}  // namespace core
