#include "slo/serve/config.hpp"

namespace slo {

namespace {

void check_trace_url(const serve_config& c, const core::node& from, core::reading& r) {
  if (const auto wrong = trace_url_problem(c.trace_url); !wrong.empty()) {
    r.found.add(from.at, "trace_url: " + wrong);
  }
}

}  // namespace

std::string trace_url_problem(const std::string& text) {
  if (text.empty()) return {};
  const bool web = text.starts_with("http://") || text.starts_with("https://");
  const bool has_place = text.find(trace_id_place) != std::string::npos;
  if (web && has_place && text.find_first_of(" \t\r\n\"<>") == std::string::npos) return {};
  return "expected a URL with {trace_id} in it, such as http://jaeger:16686/trace/{trace_id}";
}

void serve_config::describe(core::fields<serve_config>& f) {
  describe_program(f);
  f.optional("listen", &serve_config::listen, "Address of the page and its API.");
  f.required("prometheus", &serve_config::prometheus, "Base URL of Prometheus.");
  f.required("slos", &serve_config::slos, "OpenSLO files, or folders of them.");
  f.optional("refresh", &serve_config::refresh, "How often the numbers are brought up to date.")
      .range(core::duration(std::chrono::seconds(1)), core::duration(std::chrono::hours(1)));
  f.optional("probes", &serve_config::probes, "Probes whose failed runs are shown.");
  f.optional(
      "trace_url", &serve_config::trace_url,
      "Where a trace is looked at, `{trace_id}` in place of its id; without it ids are text.");
  f.check(check_trace_url);
}

shown_objectives objectives_of(const serve_config& config, core::problems& found) {
  shown_objectives out{load_objectives(config.slos, found)};
  if (found.empty()) out.corrections = load_corrections(config.slos, out.objectives, found);
  return out;
}

}  // namespace slo
