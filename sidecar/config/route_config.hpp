#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
#include "sidecar/config/protection_config.hpp"

namespace sidecar {

using namespace std::chrono_literals;

/// What a request means to the service level indicators.
enum class sli_result { good, bad, excluded };
constexpr auto config_names(sli_result) {
  return std::array{std::pair{"good", sli_result::good}, std::pair{"bad", sli_result::bad},
                    std::pair{"excluded", sli_result::excluded}};
}

struct route_config {
  std::string route;
  std::vector<std::string> methods;
  core::duration timeout = 15s;
  std::vector<core::duration> thresholds;
  std::map<std::string, sli_result> results;
  std::optional<core::duration> slow;
  std::optional<concurrency_config> concurrency;
  std::vector<std::string> allow{};

  static void describe(core::fields<route_config>& f) {
    f.required("route", &route_config::route,
               "Template: `/v1/things/{id}`; `{name}` stands for one segment, `{name...}` at the "
               "end for the rest.");
    f.optional("methods", &route_config::methods, "Methods the route is for; empty: all.");
    f.optional("timeout", &route_config::timeout,
               "From the request's head to the head of its answer; then 504.")
        .range(core::duration(1ms), core::duration(1h));
    f.optional("thresholds", &route_config::thresholds,
               "Durations within which a good request counts as fast, one counter each.");
    f.optional(
        "results", &route_config::results,
        "What a status (`404`) or class (`4xx`) counts as, where the default table does not fit.");
    f.optional("slow", &route_config::slow,
               "Requests that take longer are kept in traces; absent: tracing.slow.")
        .range(core::duration(1ms), core::duration(24h));
    f.optional("concurrency", &route_config::concurrency,
               "Requests of this route in flight, beside the listener's limit; inbound only.");
    f.optional("allow", &route_config::allow,
               "Callers that may use the route, as in `tls.allow`, whose callers they must be "
               "among; empty: all.");
    f.check(check);
  }
  static void check(const route_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
