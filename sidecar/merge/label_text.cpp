#include "sidecar/merge/label_text.hpp"

#include <algorithm>

#include "core/exposition.hpp"
#include "sidecar/merge/sample_line.hpp"

namespace sidecar {
namespace {

void append_label(std::string& out, std::string_view name, std::string_view escaped_value) {
  if (!out.empty() && out.back() != '{') out += ',';
  out.append(name).append("=\"").append(escaped_value).append("\"");
}

void rewrite_labels(std::string& out, std::string_view labels, const extra_labels& extra,
                    std::string_view bound) {
  std::string value;
  for_each_label(labels, [&](std::string_view name, std::string_view escaped) {
    value.clear();
    if (name == bound)
      value = canonical_bound(escaped);
    else
      append_escaped_value(value, unescape(escaped));
    const bool taken = std::find(extra.names.begin(), extra.names.end(), name) != extra.names.end();
    append_label(out, taken ? "exported_" + std::string(name) : std::string(name), value);
  });
}

bool is_canonical_bound(std::string_view labels, std::string_view bound) {
  bool canonical = true;
  for_each_label(labels, [&](std::string_view name, std::string_view value) {
    if (name == bound) canonical = canonical_bound(value) == value;
  });
  return canonical;
}

bool collides(std::string_view labels, const extra_labels& extra) {
  bool found = false;
  for_each_label(labels, [&](std::string_view name, std::string_view) {
    found = found || std::find(extra.names.begin(), extra.names.end(), name) != extra.names.end();
  });
  return found;
}

}  // namespace

std::string unescape(std::string_view escaped, bool quotes) {
  std::string out;
  out.reserve(escaped.size());
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const char next = escaped[i] == '\\' && i + 1 < escaped.size() ? escaped[i + 1] : '\0';
    if (next == 'n') {
      out += '\n';
      ++i;
    } else if (next == '\\' || (quotes && next == '"')) {
      out += next;
      ++i;
    } else {
      out += escaped[i];
    }
  }
  return out;
}

void append_escaped_value(std::string& out, std::string_view value) {
  append_help(out, value, true);
}

void append_help(std::string& out, std::string_view help, bool quotes) {
  for (const char c : help) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (quotes && c == '"')) out += '\\';
    out += c;
  }
}

std::string canonical_bound(std::string_view text) {
  const auto value = parse_metric_number(text);
  return value ? core::canonical_number(*value) : std::string(text);
}

void append_labels(std::string& out, std::string_view labels, bool plain, const extra_labels& extra,
                   std::string_view bound) {
  std::string all = extra.rendered;
  const bool as_it_is = plain && (extra.names.empty() || !collides(labels, extra)) &&
                        (bound.empty() || is_canonical_bound(labels, bound));
  if (!as_it_is) {
    rewrite_labels(all, labels, extra, bound);
  } else if (!labels.empty()) {
    if (!all.empty()) all += ',';
    all += labels;
  }
  out += all;
}

std::string series_key(std::string_view name, std::string_view labels) {
  std::vector<std::pair<std::string_view, std::string_view>> sorted;
  for_each_label(labels, [&](std::string_view label, std::string_view value) {
    if (!value.empty()) sorted.emplace_back(label, value);  // an empty label is none
  });
  std::sort(sorted.begin(), sorted.end());
  std::string out(name);
  for (const auto& [label, value] : sorted)
    out.append("\n").append(label).append("=").append(value);
  return out;
}

}  // namespace sidecar
