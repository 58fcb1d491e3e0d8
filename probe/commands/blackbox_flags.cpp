#include "probe/commands/blackbox_flags.hpp"

#include <charconv>

namespace probe {
namespace {

/// Scrapes may be allowed more than the half minute that a page has; the real one has 120 s.
constexpr auto longest_probe = std::chrono::minutes(10);

std::string apply_listen(const serve_arguments& given, probe_config& config) {
  if (given.listen.empty()) {
    // Without a configuration of ours it is the one program that listens, for a Prometheus
    // elsewhere.
    if (!given.config) config.admin.listen = {"", 9115};
    return {};
  }
  for (const auto& text : given.listen) {
    core::address at;
    if (!core::parse_address(text, at))
      return "--web.listen-address takes an address such as :9115, not " + text;
    config.admin.also.push_back(std::move(at));
  }
  config.admin.listen = config.admin.also.front();
  config.admin.also.erase(config.admin.also.begin());
  return {};
}

std::string apply_prefix(const serve_arguments& given, probe_config& config) {
  std::string prefix = given.route_prefix.value_or("");
  if (!given.route_prefix && given.external_url) {
    core::base_url url;
    if (given.external_url->starts_with('/'))
      prefix = *given.external_url;
    else if (core::parse_base_url(*given.external_url, url))
      prefix = url.path;
    else
      return "--web.external-url takes a URL or a path, not " + *given.external_url;
  }
  while (prefix.ends_with('/')) prefix.pop_back();
  if (!prefix.empty() && !prefix.starts_with('/')) prefix.insert(0, "/");
  config.admin.prefix = prefix;
  return {};
}

std::string apply_log_level(const serve_arguments& given, probe_config& config) {
  if (!given.log_level) return {};
  const std::string name = *given.log_level == "warn" ? "warning" : *given.log_level;
  for (const auto& [known, level] : config_names(core::log_level{})) {
    if (name != known) continue;
    config.log_level = level;
    return {};
  }
  return "--log.level takes debug, info, warn or error, not " + *given.log_level;
}

std::string apply_offset(const serve_arguments& given, blackbox::stand_in_options& options) {
  if (!given.timeout_offset) return {};
  const auto& text = *given.timeout_offset;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || !(seconds >= 0 && seconds < 3600))
    return "--timeout-offset takes a number of seconds, not " + text;
  options.timeout_offset =
      std::chrono::duration_cast<core::duration>(std::chrono::duration<double>(seconds));
  return {};
}

}  // namespace

std::string apply_flags(const serve_arguments& given, probe_config& config,
                        blackbox::stand_in_options& options) {
  if (!given.blackbox_config &&
      (given.route_prefix || given.external_url || given.timeout_offset || given.history_limit))
    return "this flag needs --blackbox-config FILE (or --config.file FILE)";
  if (given.history_limit && *given.history_limit < 0)
    return "--history.limit takes a number of at least 0";
  for (auto wrong : {apply_listen(given, config), apply_prefix(given, config),
                     apply_log_level(given, config), apply_offset(given, options)})
    if (!wrong.empty()) return wrong;
  if (!given.blackbox_config) return {};
  options.config_file = *given.blackbox_config;
  if (given.history_limit) options.history_limit = static_cast<std::size_t>(*given.history_limit);
  config.admin.request_time = longest_probe;
  return {};
}

}  // namespace probe
