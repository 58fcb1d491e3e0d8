#include "sidecar/config/route_config.hpp"

#include <cctype>

#include "sidecar/config/place.hpp"
#include "sidecar/config/tls_config.hpp"
#include "sidecar/proxy/route.hpp"

namespace sidecar {

void route_config::check(const route_config& value, const core::node& from, core::reading& r) {
  if (auto error = check_template(value.route); !error.empty() && !value.route.empty())
    r.found.add(place(from, "route"), "route \"" + value.route + "\": " + error,
                "a template such as /v1/things/{id}");
  for (const auto& method : value.methods)
    if (method_index(method) == other_method)
      r.found.add(place(from, "methods"), "unknown method \"" + method + "\"",
                  "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE or CONNECT");
  for (const auto& threshold : value.thresholds)
    if (threshold <= core::duration::zero())
      r.found.add(place(from, "thresholds"), "a threshold that is not positive",
                  "a duration such as 300ms");
  check_allow_list(value.allow, from, r);
  for (const auto& [status, result] : value.results) {
    const bool digit = status.size() == 3 && status[0] >= '1' && status[0] <= '5';
    const bool rest = digit && (status.substr(1) == "xx" ||
                                (std::isdigit(static_cast<unsigned char>(status[1])) &&
                                 std::isdigit(static_cast<unsigned char>(status[2]))));
    if (!rest)
      r.found.add(place(from, "results"), "\"" + status + "\" is no status",
                  "a status (\"404\") or a class (\"4xx\")");
  }
}

}  // namespace sidecar
