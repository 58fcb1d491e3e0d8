#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecar {

/// Calls `visit(name, value)` for each label of a list that `parse_sample_line` accepted; the value
/// is still escaped.
template <class Visit>
void for_each_label(std::string_view labels, Visit visit) {
  constexpr std::string_view between = " \t,";
  for (;;) {
    const auto begin = labels.find_first_not_of(between);
    if (begin == labels.npos) return;
    labels.remove_prefix(begin);
    const auto name = labels.substr(0, labels.find_first_of("= \t"));
    labels.remove_prefix(labels.find('"') + 1);
    std::size_t end = 0;
    while (labels[end] != '"') end += labels[end] == '\\' ? 2 : 1;
    visit(name, labels.substr(0, end));
    labels.remove_prefix(end + 1);
  }
}

/// The text that an escaped one stands for: `\\`, `\n` and, but for HELP in 0.0.4, `\"`; another
/// backslash is itself.
std::string unescape(std::string_view escaped, bool quotes = true);
/// The text of HELP lines likewise; a quote is escaped in OpenMetrics only.
void append_help(std::string& out, std::string_view help, bool quotes);
void append_escaped_value(std::string& out, std::string_view value);

/// The labels that a source's samples get in addition, rendered once.
struct extra_labels {
  std::string rendered;            ///< `a="b",c="d"`, "" for none
  std::vector<std::string> names;  ///< to find labels of the sample's own that collide
};

/// What the label `le` of a bucket, or `quantile`, is written as: `1.0`, `+Inf`.
std::string canonical_bound(std::string_view text);

/// Appends labels as we write them: the extra ones first, then the sample's, one of the same name
/// as `exported_NAME` (as Prometheus renames them), the value of `bound` canonical. `bound` is
/// "le", "quantile" or "". `plain` as of the sample.
void append_labels(std::string& out, std::string_view labels, bool plain, const extra_labels& extra,
                   std::string_view bound);

/// The identity of a series: its name and its labels in the order of their names. For text as of
/// `append_labels`.
std::string series_key(std::string_view name, std::string_view labels);

}  // namespace sidecar
