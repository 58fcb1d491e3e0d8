#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/program_config.hpp"
#include "slo/evidence/correction.hpp"

namespace slo {

/// A probe whose failed runs are shown: the admin port of a `remora-probe serve`.
struct probe_source {
  core::base_url url;
  std::optional<core::secret> token;

  static void describe(core::fields<probe_source>& f) {
    f.required("url", &probe_source::url, "Base URL of the probe's admin port.");
    f.optional("token", &probe_source::token,
               "Its bearer token; without one it answers to loopback only.");
  }
};

struct serve_config : core::program_config {
  serve_config() { service = "remora-slo"; }

  core::address listen{"127.0.0.1", 9400};
  core::base_url prometheus;
  std::vector<std::string> slos;
  core::duration refresh = std::chrono::seconds(5);
  std::vector<probe_source> probes;
  std::string trace_url;

  static void describe(core::fields<serve_config>& f);
};

/// What stands in a trace URL for the id.
inline constexpr std::string_view trace_id_place = "{trace_id}";

/// What is wrong with a template of trace URLs; "" for nothing.
std::string trace_url_problem(const std::string& text);

/// What the page is about.
struct shown_objectives {
  std::vector<objective> objectives;
  std::vector<correction> corrections{};  ///< of files beside theirs (docs/report.md)
};

/// The objectives that a configuration names, with their corrections; problems are added.
shown_objectives objectives_of(const serve_config& config, core::problems& found);

}  // namespace slo
