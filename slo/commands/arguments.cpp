#include "slo/commands/arguments.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <iostream>

#include "core/config_reader.hpp"
#include "slo/commands/time_text.hpp"

namespace slo {

std::vector<objective> load(const std::vector<std::string>& paths) {
  core::problems found;
  auto objectives = load_objectives(paths, found);
  if (found.empty()) return objectives;
  std::cerr << found.to_string();
  throw data_error{};
}

std::vector<correction> load_corrections_of(const std::vector<std::string>& paths,
                                            const std::vector<objective>& objectives) {
  core::problems found;
  auto corrections = load_corrections(paths, objectives, found);
  if (found.empty()) return corrections;
  std::cerr << found.to_string();
  throw data_error{};
}

unix_millis now_millis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

unix_millis time_argument(const std::optional<std::string>& text, const char* name,
                          unix_millis otherwise) {
  if (!text) return otherwise;
  if (const auto at = parse_time(*text)) return *at;
  throw usage_error(std::string(name) + " is no time: " + *text +
                    " (expected RFC 3339 or Unix seconds)");
}

std::optional<unix_millis> window_argument(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  core::duration window{};
  if (!core::parse_duration(*text, window) || window < std::chrono::seconds(1)) {
    throw usage_error("--window is no duration: " + *text + " (expected 10m, 1h, 7d)");
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(window).count();
}

core::base_url prometheus_argument(const std::string& text) {
  core::base_url url;
  if (core::parse_base_url(text, url)) return url;
  throw usage_error("--prometheus is no URL: " + text + " (expected http://host:9090)");
}

std::optional<double> number_argument(std::string_view text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

int wrong_usage(const usage_error& what) {
  std::cerr << "remora-slo: " << what.what() << "\n";
  return core::exit_usage;
}

}  // namespace slo
