#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// One label of a sample as it is written in an exposition; views into that text, the value still
/// escaped.
struct rendered_label {
  std::string_view name;
  std::string_view value;
};

/// Takes the first `name="value"` and the comma behind it off the front of rendered labels; nullopt
/// at their end, and where they are no labels. The rest then is what was not read.
std::optional<rendered_label> take_label(std::string_view& labels) noexcept;

/// A sample line of the text format: `name{labels} value`. Nullopt for comments and what is none.
struct sample_line {
  std::string_view name;
  std::string_view labels;
  std::string_view value;  ///< with the timestamp, where there is one
};
std::optional<sample_line> parse_sample_line(std::string_view line) noexcept;

/// How many series each family of an exposition has, and which label values have most of them.
struct series_census {
  struct value_count {
    std::string value;
    std::size_t series = 0;
  };
  struct label_count {
    std::string label;
    std::size_t values = 0;             ///< how many different ones
    std::vector<value_count> greatest;  ///< descending by series
  };
  struct family_count {
    std::string family;
    std::size_t series = 0;   ///< different sets of labels, `le` and `quantile` apart
    std::size_t samples = 0;  ///< lines: what Prometheus stores
    std::vector<label_count> labels;
  };
  std::size_t series = 0, samples = 0;
  std::vector<family_count> families;  ///< descending by series, then by name
};

/// Takes the census of an exposition in text format 0.0.4, whatever its sources are: shards,
/// registries, merged metrics. At most `greatest` values a label are named. Pure.
series_census take_census(std::string_view exposition, std::size_t greatest);

}  // namespace core
