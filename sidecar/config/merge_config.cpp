#include "sidecar/config/merge_config.hpp"

#include <algorithm>
#include <set>

#include "sidecar/config/place.hpp"
#include "sidecar/merge/sample_line.hpp"

namespace sidecar {
namespace {

/// Label names of users: the legacy character set without colons, `__` reserved by Prometheus, and
/// none that means something in a sample.
bool is_label_name(std::string_view name) noexcept {
  return is_metric_name(name) && name.find(':') == name.npos && !name.starts_with("__") &&
         name != "le" && name != "quantile";
}

bool is_query(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
}

}  // namespace

void merge_source_config::check(const merge_source_config& value, const core::node& from,
                                core::reading& r) {
  if (value.name.empty())
    r.found.add(place(from, "name"), "a source without a name", "a short name such as app");
  if (!is_query(value.query) || value.query.starts_with('?'))
    r.found.add(place(from, "query"), "\"" + value.query + "\" is no query",
                "printable ASCII without spaces, # and the ?, such as format=prometheus");
  if (!value.ca.empty() && !value.url.tls)
    r.found.add(place(from, "ca"), "a ca for a URL that is not https", "an https URL, or no ca");
  for (const auto& [name, label] : value.labels)
    if (!is_label_name(name))
      r.found.add(place(from, "labels"), "\"" + name + "\" cannot be a label",
                  "letters, digits and _, not le or quantile, not beginning with a digit or __");
}

void merge_config::check(const merge_config& value, const core::node& from, core::reading& r) {
  if (value.sources.empty())
    r.found.add(place(from, "sources"), "no source", "at least one, or no `merge`");
  std::set<std::string> seen;
  for (const auto& source : value.sources)
    if (!seen.insert(source.name).second)
      r.found.add(place(from, "sources"), "two sources named \"" + source.name + "\"",
                  "a name of its own for each");
}

}  // namespace sidecar
