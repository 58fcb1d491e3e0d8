#include "probe/blackbox/stand_in.hpp"

#include <charconv>
#include <cmath>

#include "core/admin.hpp"
#include "core/file_watch.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/worker.hpp"
#include "probe/blackbox/prober.hpp"

namespace probe::blackbox {
namespace {

constexpr core::metric_family reload_good{"blackbox_exporter_config_last_reload_successful",
                                          "Blackbox exporter config loaded successfully.",
                                          core::metric_type::gauge};
constexpr core::metric_family reload_time{
    "blackbox_exporter_config_last_reload_success_timestamp_seconds",
    "Timestamp of the last successful configuration reload.", core::metric_type::gauge};
constexpr core::metric_family unknown_modules{"blackbox_module_unknown_total",
                                              "Count of unknown modules requested by probes",
                                              core::metric_type::counter};
constexpr core::metric_family build_info{
    "blackbox_exporter_build_info",
    "A metric with a constant '1' value labeled by the version of what stands in.",
    core::metric_type::gauge};

core::server_response text(int status, std::string body,
                           const char* type = "text/plain; charset=utf-8") {
  core::server_response out;
  out.status = status;
  out.content_type = type;
  out.body = std::move(body);
  return out;
}

core::server_response refusal(int status, std::string why) {
  auto out = text(status, std::move(why) + "\n");
  out.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&#34;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace

std::optional<core::duration> probe_timeout(std::string_view header, core::duration of_module,
                                            core::duration offset) {
  constexpr double usual = 120, longest = 86400;
  double seconds = 0;
  if (!header.empty()) {
    const auto [end, error] =
        std::from_chars(header.data(), header.data() + header.size(), seconds);
    if (error != std::errc{} || end != header.data() + header.size() || !std::isfinite(seconds))
      return std::nullopt;
  }
  if (seconds == 0) seconds = usual;
  const std::chrono::duration<double> given(std::min(seconds, longest));
  const auto most = std::chrono::duration_cast<core::duration>(given) - offset;
  const bool shorter = of_module < most && of_module > core::duration{};
  return shorter || most < core::duration{} ? of_module : most;
}

stand_in::stand_in(core::worker& w, stand_in_options options,
                   std::shared_ptr<const module_set> first)
    : worker_(w), options_(std::move(options)), history_(options_.history_limit) {
  put_in_force(std::move(first));
}

stand_in::~stand_in() = default;

void stand_in::put_in_force(std::shared_ptr<const module_set> next) {
  last_reload_good_ = next != nullptr;
  if (!next) return;
  modules_ = std::move(next);
  last_good_reload_ = worker_.wall.unix_seconds(core::now());
  for (const auto& note : modules_->notes) worker_.log.warning(note);
  watch_.reset();
  if (!modules_->files.empty())
    watch_ = std::make_unique<core::file_watch>(
        worker_, modules_->files, [this](const std::vector<std::string>&) { files_changed(); });
}

// Certificates and passwords are replaced while we run; what cannot be read is no reason to give up
// what is in force.
void stand_in::files_changed() {
  core::problems found;
  if (auto next = read_again(found)) return put_in_force(std::move(next));
  worker_.log.error("a file that modules refer to has changed and cannot be used",
                    {{"problems", found.to_string()}});
}

std::string stand_in::config_text() const {
  return show_file(modules_->config);
}

core::task<core::server_response> stand_in::probe(const core::server_request& request) {
  const auto set = modules_;
  std::string name = request.parameter("module").value_or("");
  if (name.empty()) name = "http_2xx";
  const auto found = set->modules.find(name);
  if (found == set->modules.end()) {
    ++unknown_modules_;
    co_return refusal(400, "Unknown module " + core::json_string(name));
  }
  const auto header = request.header("x-prometheus-scrape-timeout-seconds").value_or("");
  const auto& module = found->second;
  const auto timeout = probe_timeout(header, module->config.timeout.value, options_.timeout_offset);
  if (!timeout)
    co_return refusal(500, "Failed to parse timeout from Prometheus header: " +
                               core::json_string(header) + " is no number");
  const auto past = std::make_shared<past_probe>();
  past->target = request.parameter("target").value_or("");
  if (past->target.empty()) co_return refusal(400, "Target parameter is missing");
  const prober run_it = prober_of(module->config.prober);
  if (!run_it)
    co_return refusal(400, std::string("Unknown prober \"") + to_label(module->config.prober) +
                               "\": it is not built into this stand-in");
  const std::string hostname = request.parameter("hostname").value_or("");
  if (!hostname.empty() && !module->host.empty() && module->host != hostname)
    co_return refusal(400, "host header defined both in module configuration (" + module->host +
                               ") and with URL-parameter 'hostname' (" + hostname + ")");

  past->module = module;
  past->started = core::now();
  past->log.info(
      past->started, "Beginning probe",
      {{"probe", to_label(module->config.prober)}, {"timeout_seconds", core::seconds(*timeout)}});
  past->values.begin({gauge::success, gauge::duration});
  const auto until = sooner(core::deadline::in(*timeout, past->started), request.until);
  probe_run run{worker_, *module, past->target, hostname, until, past->values, past->log};
  past->success = co_await run_it(run);
  const auto end = core::now();
  const double took = core::seconds(end - past->started);
  past->values.set(gauge::duration, took);
  past->values.set(gauge::success, past->success ? 1 : 0);
  past->log.last(end, past->success, past->success ? "Probe succeeded" : "Probe failed",
                 {{"duration_seconds", took}});
  if (!past->success && worker_.log.enabled(core::log_level::debug))
    worker_.log.debug("probe failed", {{"module", name}, {"target", past->target}});
  history_.add(past);
  if (request.parameter("debug").value_or("") == "true")
    co_return text(200, past->debug_output(worker_.wall), "text/plain");
  auto out = text(200, {}, core::content_type(core::exposition_format::text));
  out.body.reserve(4096);
  past->values.write(out.body);
  co_return out;
}

core::server_response stand_in::logs(const core::server_request& request) const {
  const past_probe* found = nullptr;
  if (const auto id = request.parameter("id").value_or(""); !id.empty()) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc{} || end != id.data() + id.size())
      return refusal(500, "Invalid probe id");
    found = history_.find(number);
  } else {
    const auto target = request.parameter("target").value_or("");
    if (target.empty()) return refusal(500, "Invalid probe id");
    found = history_.find(request.parameter("module").value_or("http_2xx"), target);
  }
  if (!found) return refusal(404, "Probe id not found");
  return text(200, found->debug_output(worker_.wall), "text/plain");
}

core::server_response stand_in::front_page() const {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<title>Blackbox Exporter stand-in</title></head><body>\n<h1>Blackbox Exporter "
      "stand-in</h1>\n"
      "<p><a href=\"metrics\">Metrics</a></p>\n<p><a href=\"config\">Configuration</a></p>\n"
      "<h2>Recent probes</h2>\n<table border=\"1\"><tr><th>Started</th><th>Module</th>"
      "<th>Target</th><th>Result</th><th>Debug</th></tr>\n";
  auto all = history_.all();
  for (auto probe = all.rbegin(); probe != all.rend(); ++probe) {
    const past_probe& p = **probe;
    out.append("<tr><td>").append(rfc3339_nanos(worker_.wall.unix_nanos(p.started)));
    out.append("</td><td>").append(escaped(p.module->name)).append("</td><td>");
    out.append(escaped(p.target)).append("</td><td>");
    out.append(p.success ? "Success" : "<strong>Failure</strong>");
    out.append("</td><td><a href=\"logs?id=").append(std::to_string(p.id));
    out.append("\">Logs</a></td></tr>\n");
  }
  return text(200, out + "</table></body></html>\n", "text/html; charset=utf-8");
}

void stand_in::add_pages(core::admin& admin) {
  using core::admin_access;
  const auto page = [&](const char* path, admin_access access, auto answer) {
    admin.page(path, access, core::immediate(std::move(answer)));
  };
  admin.page("/probe", admin_access::anyone,
             [this](const core::server_request& request) { return probe(request); });
  page("/-/healthy", admin_access::anyone,
       [](const core::server_request&) { return text(200, "Healthy"); });
  page("/logs", admin_access::operators,
       [this](const core::server_request& request) { return logs(request); });
  page("/", admin_access::operators, [this](const core::server_request&) { return front_page(); });
}

void stand_in::write(core::exposition_writer& out) const {
  const core::metric_labels version{{"version", REMORA_VERSION}};
  if (out.family(build_info)) out.gauge(core::render_labels(version), 1);
  if (out.family(reload_good)) out.gauge("", last_reload_good_ ? 1 : 0);
  if (out.family(reload_time)) out.gauge("", last_good_reload_);
  if (out.family(unknown_modules)) out.counter("", static_cast<double>(unknown_modules_));
}

}  // namespace probe::blackbox
