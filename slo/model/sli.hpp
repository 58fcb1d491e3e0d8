#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/document.hpp"
#include "slo/model/decimal.hpp"
#include "slo/model/metric_query.hpp"
#include "slo/model/selector.hpp"

/// What a service level is measured by (OpenSLO v1, kind SLI).
namespace slo {

/// One PromQL query of an SLI.
struct sli_query {
  std::string text;    ///< as written; `{{.window}}` stands for a window
  std::string source;  ///< name of the DataSource that it asks; "": the one of the command line
  std::optional<metric_query> counter;  ///< what it counts; nullopt: windows are approximate
  core::position at;                    ///< while the documents are kept
  std::string type{};          ///< of the metric source, as written; "": as its DataSource says
  core::position source_at{};  ///< of the reference to the DataSource, else of the metric source
};

/// Which of two kinds of events something counts.
enum class event_kind { good, bad };

/// A ratio of good or bad events to all events.
struct ratio_metric {
  event_kind part_is = event_kind::good;
  sli_query part;
  sli_query total;
  bool counter = false;  ///< the queries are counters, not values at an instant

  /// Whether both are counters, so that any window over them is exact.
  bool exact() const noexcept { return part.counter && total.counter; }
};

/// A query that gives the ratio of good (success) or bad (failure) events by itself, in [0, 1].
struct raw_metric {
  event_kind part_is = event_kind::good;
  sli_query value;
};

/// A value that is good as long as it keeps the objective's `op` and `value`.
struct threshold_metric {
  sli_query value;
};

using sli_metric = std::variant<ratio_metric, raw_metric, threshold_metric>;

/// `op` of an objective or an alert condition.
enum class comparison { lte, gte, lt, gt };
/// `lte`, `gte`, `lt`, `gt`.
std::optional<comparison> parse_comparison(std::string_view text) noexcept;
/// `<=`, `>=`, `<`, `>`.
const char* to_promql(comparison op) noexcept;

/// The bound of a threshold metric: a value is good when it is `op limit`.
struct value_limit {
  comparison op = comparison::lte;
  decimal limit;
};

/// Two counters whose growth over any window is known exactly.
struct counter_ratio {
  event_kind part_is = event_kind::good;
  selector part;
  selector total;
};

}  // namespace slo
