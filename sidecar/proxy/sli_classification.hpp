#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sidecar/config/route_config.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// What a route says about statuses, in place of the default table.
class sli_overrides {
 public:
  /// `status` is "404" or "4xx", as the configuration's check has made sure.
  void add(std::string_view status, sli_result result);
  std::optional<sli_result> find(int status) const noexcept;
  /// The same, without classes.
  std::optional<sli_result> find_exactly(int status) const noexcept;

 private:
  std::array<std::optional<sli_result>, 6> classes_{};
  std::vector<std::pair<int, sli_result>> statuses_;
};

/// The table of design, contract 4, as documented in docs/sli.md: closed by the client (499) is
/// excluded unless the route says `499` itself (its `4xx` is about answers), answers that ended
/// early are bad; then a route's override; health checks and redirects to a login page are
/// excluded; 5xx is bad; all else is good. Pure.
sli_result classify(const exchange_record& record, const sli_overrides& overrides) noexcept;

/// Health checkers by their User-Agent: Kubernetes, and the load balancers of AWS and Google.
bool is_health_check(std::string_view user_agent) noexcept;
/// Whether a redirect's Location leads to a page to log in.
bool is_login_redirect(int status, std::string_view location) noexcept;

}  // namespace sidecar
