#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/exposition.hpp"
#include "core/http_server.hpp"
#include "probe/blackbox/compiled_module.hpp"
#include "probe/blackbox/history.hpp"

namespace core {
class admin;
class file_watch;
class worker;
}  // namespace core

namespace probe::blackbox {

struct stand_in_options {
  std::string config_file;
  core::duration timeout_offset = std::chrono::milliseconds(500);
  std::size_t history_limit = 100;
};

/// Answers `/probe` as blackbox_exporter does, and the pages around it. Lives on its worker's
/// thread, and ends before the worker does, once nothing is served any more.
class stand_in {
 public:
  stand_in(core::worker& w, stand_in_options options, std::shared_ptr<const module_set> first);
  ~stand_in();

  /// Adds /probe, /-/healthy, /logs and / to the admin's pages; the configuration is shown by
  /// `config_text`.
  void add_pages(core::admin& admin);
  std::string config_text() const;

  /// The two halves of a reload: reads the file again, or gives null and the problems; and puts
  /// what was read in force, or notes that nothing was (null).
  std::shared_ptr<const module_set> read_again(core::problems& found) const {
    return load_modules(options_.config_file, found);
  }
  void put_in_force(std::shared_ptr<const module_set> next);

  /// blackbox_exporter_* and blackbox_module_unknown_total.
  void write(core::exposition_writer& out) const;

 private:
  core::task<core::server_response> probe(const core::server_request& request);
  core::server_response logs(const core::server_request& request) const;
  core::server_response front_page() const;
  void files_changed();

  core::worker& worker_;
  stand_in_options options_;
  std::shared_ptr<const module_set> modules_;
  std::unique_ptr<core::file_watch> watch_;
  history history_;
  std::uint64_t unknown_modules_ = 0;
  bool last_reload_good_ = true;
  double last_good_reload_ = 0;  // Unix seconds
};

/// How long a probe may take, as the real exporter reckons: what the scraper allows (120 s when it
/// says nothing) less the offset, and no longer than the module's own. Nullopt for a header that is
/// no number.
std::optional<core::duration> probe_timeout(std::string_view header, core::duration of_module,
                                            core::duration offset);

}  // namespace probe::blackbox
