#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slo {

/// Label names with values, in the order in which they are written.
using label_list = std::vector<std::pair<std::string, std::string>>;

/// One condition of a selector: `label op "value"`.
struct label_matcher {
  enum class kind { equal, not_equal, matches, not_matches };

  std::string label;
  kind op = kind::equal;
  std::string value;

  friend bool operator==(const label_matcher&, const label_matcher&) = default;
};

/// A PromQL instant vector selector without offset: a metric name and its matchers.
struct selector {
  std::string metric;
  std::vector<label_matcher> matchers;

  /// The canonical spelling: `metric{a="b",c=~"d|e"}`.
  std::string to_string() const;
  friend bool operator==(const selector&, const selector&) = default;
};

/// `"…"` with PromQL's escapes.
std::string promql_string(std::string_view text);

/// `name{a="b"}`: a selector or a series for given labels.
std::string series_text(std::string_view metric, const label_list& labels);

}  // namespace slo
