#pragma once

#include <memory>
#include <string>

#include "core/http_client.hpp"
#include "core/task.hpp"
#include "sidecar/config/merge_config.hpp"
#include "sidecar/merge/metrics_parser.hpp"

namespace core {
class worker;
}

namespace sidecar {

/// Why a source gave nothing; label values.
enum class scrape_failure : std::uint8_t { none, timeout, connect, tls, status, format, too_large };
inline constexpr std::size_t scrape_failures = 7;
const char* to_label(scrape_failure why) noexcept;

/// What one source answered, its metrics being views into the body.
struct scraped_source {
  std::string body;
  parsed_metrics metrics;
  core::duration took{};
  scrape_failure why = scrape_failure::none;
  std::string error;  ///< "" when it gave its metrics

  bool up() const noexcept { return why == scrape_failure::none; }
};

/// One source and the connection to it. Belongs to one worker, which outlives it.
class source_scraper {
 public:
  /// Throws std::runtime_error when TLS files cannot be used.
  source_scraper(core::worker& w, const merge_source_config& config);

  /// Asks the source for its metrics, OpenMetrics preferred, and reads them, giving other work of
  /// the worker a turn between pieces. Never throws; over at `until`.
  core::task<std::shared_ptr<const scraped_source>> scrape(core::deadline until);

 private:
  core::task<> fetch_and_read(scraped_source& into, core::deadline until);

  core::worker& worker_;
  core::http_client client_;
  std::string target_;
};

/// The format of a body by its Content-Type; nullopt for one that is no exposition of ours. A
/// missing one is text.
std::optional<core::exposition_format> exposition_format_of(std::string_view type) noexcept;

}  // namespace sidecar
