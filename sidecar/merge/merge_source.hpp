#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "sidecar/merge/merger.hpp"

/// The inside of a merger, for its own sources only.
namespace sidecar {

/// One source, what it is asked by, and what it said for this scrape.
struct merger::source {
  source(core::worker& w, const merge_source_config& c) : config(c), scraper(w, c) {
    for (const auto& [name, value] : c.labels) {
      const std::pair<std::string_view, std::string_view> label[] = {{name, value}};
      extra.rendered += (extra.rendered.empty() ? "" : ",") + core::render_labels(label);
      extra.names.push_back(name);
    }
  }

  bool up() const noexcept { return shown && shown->up(); }
  /// Why the last scrape has nothing of it; "" when it has.
  std::string error() const {
    if (!asked) return "it was not asked yet";
    return shown ? shown->error : "it had not answered when the scraper's time was over";
  }

  merge_source_config config;
  source_scraper scraper;
  extra_labels extra;
  std::array<std::uint64_t, scrape_failures> failed{};
  std::shared_ptr<const scraped_source> last;   // what it answered last
  std::shared_ptr<const scraped_source> shown;  // for the last scrape; null: not in time
  bool asking = false;
  bool asked = false;
};

}  // namespace sidecar
