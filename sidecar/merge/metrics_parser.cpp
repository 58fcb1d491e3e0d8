#include "sidecar/merge/metrics_parser.hpp"

#include <algorithm>
#include <numeric>

#include "sidecar/merge/created_samples.hpp"

namespace sidecar {
namespace {

using core::exposition_format;

constexpr std::string_view total = "_total";

/// Takes the next word off the front; OpenMetrics has one space between words.
std::string_view take_word(std::string_view& rest, bool strict) noexcept {
  if (!strict) rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  const auto word = rest.substr(0, strict ? rest.find(' ') : rest.find_first_of(" \t"));
  rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  return word;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 80;
  return "\"" + std::string(text.substr(0, longest)) + (text.size() > longest ? "…\"" : "\"");
}

}  // namespace

metrics_parser::metrics_parser(std::string_view body, exposition_format format,
                               metrics_limits limits)
    : rest_(body), format_(format), limits_(limits) {
  out_.format = format;
}

void metrics_parser::fail(std::string what) {
  if (!out_.wrong) out_.wrong = {line_, std::move(what)};
}

bool metrics_parser::advance(std::size_t bytes) {
  const std::size_t stop = rest_.size() > bytes ? rest_.size() - bytes : 0;
  while (!out_.wrong && rest_.size() > stop) {
    ++line_;
    const auto end = rest_.find('\n');
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    if (line.size() > limits_.line)
      fail("a line longer than " + std::to_string(limits_.line) + " bytes");
    else if (ended_)
      fail("text behind # EOF");
    else if (end == line.npos && format_ == exposition_format::openmetrics && line != "# EOF")
      fail("the body ends within a line");
    else
      read_line(line);
  }
  if (!out_.wrong && !rest_.empty()) return false;
  if (!out_.wrong && format_ == exposition_format::openmetrics && !ended_) {
    ++line_;
    fail("the body does not end with # EOF");
  }
  return true;
}

void metrics_parser::read_line(std::string_view line) {
  const bool strict = format_ == exposition_format::openmetrics;
  if (!strict) line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  if (line.empty()) {
    if (strict) fail("an empty line");
  } else if (line.front() == '#') {
    read_comment(line);
  } else {
    read_sample(line);
  }
}

void metrics_parser::read_comment(std::string_view line) {
  const bool strict = format_ == exposition_format::openmetrics;
  if (strict && line == "# EOF") {
    ended_ = true;
    return;
  }
  std::string_view rest = line.substr(1);
  if (strict && !rest.starts_with(' ')) return fail("a comment that is no metadata");
  if (strict) rest.remove_prefix(1);
  const bool spaced = strict || rest.starts_with(' ') || rest.starts_with('\t');
  const auto word = take_word(rest, strict);
  const bool known = word == "HELP" || word == "TYPE" || (strict && word == "UNIT");
  if (!spaced || !known) {
    if (strict) fail("a comment that is no metadata");
    return;
  }
  const auto name = take_word(rest, strict);
  if (!is_metric_name(name)) return fail(quoted(name) + " is no metric's name");
  read_metadata(word, name, rest);
}

void metrics_parser::read_metadata(std::string_view word, std::string_view name,
                                   std::string_view text) {
  if (!is_utf8(text)) return fail(std::string(word) + " of " + std::string(name) + " is no UTF-8");
  if (word == "TYPE") {
    if (format_ == exposition_format::text) text = text.substr(0, text.find_last_not_of(" \t") + 1);
    const auto kind = parse_family_kind(text, format_);
    if (!kind) return fail(quoted(text) + " is no type of metrics");
    return declare(name, *kind);
  }
  current_ = family_named(name);
  if (current_ == none) return;
  auto& family = out_.families[current_];
  if (word == "HELP" && family.help.empty()) family.help = text;
  if (word == "UNIT") {
    if (!text.empty() && !(name.size() > text.size() + 1 && name.ends_with(text) &&
                           name[name.size() - text.size() - 1] == '_'))
      return fail("the unit " + quoted(text) + " does not end the name " + std::string(name));
    family.unit = text;
  }
}

void metrics_parser::declare(std::string_view name, family_kind kind) {
  current_ = family_named(name);
  if (current_ == none) return;
  auto& family = out_.families[current_];
  auto& written = written_[current_];
  if (written.declared || family.count > 0) {
    family.retyped = family.retyped || family.kind != kind;
    return;
  }
  written.declared = true;
  family.kind = kind;
  if (format_ != exposition_format::text || kind != family_kind::counter) return;
  family.bare = !name.ends_with(total) || name.size() == total.size();
  if (!family.bare) family.name = name.substr(0, name.size() - total.size());
}

bool metrics_parser::belongs(const sample_line& sample, std::size_t family) const noexcept {
  const auto& f = out_.families[family];
  const auto written = written_[family].name;
  if (!sample.name.starts_with(written)) return false;
  const auto suffix = sample.name.substr(written.size());
  // A counter of 0.0.4 is named as its samples are.
  if (format_ == exposition_format::text && f.kind == family_kind::counter) return suffix.empty();
  const auto allowed = sample_suffixes(f.kind);
  if (std::find(allowed.begin(), allowed.end(), suffix) == allowed.end()) return false;
  return format_ == exposition_format::openmetrics || suffix != "_created";
}

std::size_t metrics_parser::find_by_suffix(std::string_view name) const {
  const auto at = name.rfind('_');
  if (at == name.npos) return none;
  const auto found = by_name_.find(name.substr(0, at));
  return found == by_name_.end() ? none : found->second;
}

std::size_t metrics_parser::family_of(const sample_line& sample) {
  if (current_ != none && belongs(sample, current_)) return current_;
  const auto named = by_name_.find(sample.name);
  if (named != by_name_.end() && belongs(sample, named->second)) return named->second;
  const auto extended = find_by_suffix(sample.name);
  if (extended != none && belongs(sample, extended)) return extended;
  return add_family(sample.name);
}

std::size_t metrics_parser::family_named(std::string_view name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? add_family(name) : found->second;
}

std::size_t metrics_parser::add_family(std::string_view name) {
  if (out_.families.size() == limits_.families) {
    fail("more than " + std::to_string(limits_.families) + " families");
    return none;
  }
  const std::size_t index = out_.families.size();
  out_.families.emplace_back().name = name;
  written_.push_back({name});
  by_name_.emplace(name, index);
  return index;
}

void metrics_parser::read_sample(std::string_view line) {
  sample_line sample;
  if (const char* wrong = parse_sample_line(line, format_, sample))
    return fail(std::string(wrong) + ": " + quoted(line));
  if (out_.samples.size() == limits_.samples)
    return fail("more than " + std::to_string(limits_.samples) + " samples");
  const std::size_t family = family_of(sample);
  if (family == none) return;
  auto& f = out_.families[family];
  f.scattered = f.scattered || (f.count > 0 && family_of_sample_.back() != family);
  ++f.count;
  current_ = family;
  out_.samples.push_back(sample);
  family_of_sample_.push_back(family);
}

// By family, each family's in the order they came.
void metrics_parser::group_samples() {
  std::size_t next = 0;
  for (auto& family : out_.families) {
    family.first = next;
    next += family.count;
  }
  if (std::is_sorted(family_of_sample_.begin(), family_of_sample_.end())) return;
  std::vector<std::size_t> place(out_.families.size());
  for (std::size_t i = 0; i < place.size(); ++i) place[i] = out_.families[i].first;
  std::vector<sample_line> grouped(out_.samples.size());
  for (std::size_t i = 0; i < grouped.size(); ++i)
    grouped[place[family_of_sample_[i]]++] = out_.samples[i];
  out_.samples = std::move(grouped);
}

parsed_metrics metrics_parser::take() && {
  if (!out_.wrong) group_samples();
  if (!out_.wrong) place_created_samples(out_);
  return std::move(out_);
}

parsed_metrics parse_metrics(std::string_view body, exposition_format format,
                             metrics_limits limits) {
  metrics_parser parser(body, format, limits);
  while (!parser.advance(1 << 20)) {
  }
  return std::move(parser).take();
}

}  // namespace sidecar
