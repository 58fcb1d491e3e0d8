#include "sidecar/proxy/sli_classification.hpp"

namespace sidecar {

void sli_overrides::add(std::string_view status, sli_result result) {
  const int first = status[0] - '0';
  if (status.substr(1) == "xx")
    classes_[static_cast<std::size_t>(first)] = result;
  else
    statuses_.emplace_back(first * 100 + (status[1] - '0') * 10 + (status[2] - '0'), result);
}

std::optional<sli_result> sli_overrides::find_exactly(int status) const noexcept {
  for (const auto& [known, result] : statuses_)
    if (known == status) return result;
  return std::nullopt;
}

std::optional<sli_result> sli_overrides::find(int status) const noexcept {
  if (const auto exact = find_exactly(status)) return exact;
  const auto first = static_cast<std::size_t>(status / 100);
  return first < classes_.size() ? classes_[first] : std::nullopt;
}

bool is_health_check(std::string_view user_agent) noexcept {
  return user_agent.starts_with("kube-probe/") || user_agent.starts_with("ELB-HealthChecker/") ||
         user_agent.starts_with("GoogleHC/");
}

bool is_login_redirect(int status, std::string_view location) noexcept {
  if (status != 302 && status != 303 && status != 307) return false;
  if (const auto scheme = location.find("://"); scheme != std::string_view::npos) {
    const auto path = location.find('/', scheme + 3);
    location = path == std::string_view::npos ? std::string_view("/") : location.substr(path);
  }
  for (const std::string_view page : {"/login", "/signin", "/sign-in", "/oauth", "/sso"}) {
    if (!location.starts_with(page)) continue;
    const auto rest = location.substr(page.size());
    if (rest.empty() || rest.front() == '/' || rest.front() == '?' || rest.front() == '2')
      return true;
  }
  return false;
}

sli_result classify(const exchange_record& record, const sli_overrides& overrides) noexcept {
  if (record.why == failure::client_closed)
    return overrides.find_exactly(status_of(failure::client_closed)).value_or(sli_result::excluded);
  if (record.why == failure::upstream_incomplete) return sli_result::bad;
  if (const auto result = overrides.find(record.status)) return *result;
  if (record.request &&
      is_health_check(record.request->fields.find(core::field_name::user_agent).value_or("")))
    return sli_result::excluded;
  if (is_login_redirect(record.status, record.location)) return sli_result::excluded;
  return record.status >= 500 ? sli_result::bad : sli_result::good;
}

}  // namespace sidecar
