#pragma once

#include <string>
#include <vector>

#include "core/http_client.hpp"
#include "slo/evidence/exemplars.hpp"
#include "slo/evidence/time_series.hpp"
#include "slo/rules/rules.hpp"

namespace slo {

/// Why there is no answer.
struct prometheus_failure {
  bool unreachable = false;  ///< it could not be asked at all; otherwise it answered with this
  std::string what;
};

using prometheus_series = boost::system::result<std::vector<time_series>, prometheus_failure>;

/// Queries to one Prometheus, on one worker.
class prometheus_client {
 public:
  prometheus_client(core::worker& w, core::base_url where);

  /// The value of an expression at an instant.
  core::task<prometheus_series> instant(std::string expression, unix_millis at);

  /// The value of an expression at from + step, from + 2 step… up to `to`: asked in parts, since
  /// Prometheus gives no more than 11,000 points a series.
  core::task<prometheus_series> range(std::string expression, unix_millis from, unix_millis to,
                                      unix_millis step);

  /// The raw samples of a selector within (from, to], fetched in slices so that no answer grows
  /// without bound.
  core::task<prometheus_series> raw(std::string selector, unix_millis from, unix_millis to);

  /// The rule groups that it has loaded.
  core::task<boost::system::result<std::vector<rule_group>, prometheus_failure>> rules();

  /// The exemplars within [from, to] of the series that a selector selects; none where Prometheus
  /// keeps none, or cannot be asked for them: no verdict depends on them.
  core::task<std::vector<exemplar>> exemplars(std::string selector, unix_millis from,
                                              unix_millis to);

  const core::base_url& where() const noexcept { return http_.base(); }

 private:
  core::task<prometheus_series> ask(std::string target);

  core::http_client http_;
};

}  // namespace slo
