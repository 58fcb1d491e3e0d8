#pragma once

#include <memory>
#include <vector>

#include <boost/system/result.hpp>

#include "slo/model/selector.hpp"

namespace slo {

/// A selector that is ready to be compared with series, as Prometheus does: a label that a series
/// lacks is the empty string, regular expressions match the whole value. Immutable; any thread.
class series_matcher {
 public:
  /// The error names an expression that cannot be compiled.
  static boost::system::result<series_matcher, std::string> compile(const selector& what);

  /// Whether a series (labels with `__name__`) is selected.
  bool selects(const label_list& series) const;

 private:
  struct condition;
  std::string metric_;
  std::vector<std::shared_ptr<const condition>> conditions_;
};

}  // namespace slo
