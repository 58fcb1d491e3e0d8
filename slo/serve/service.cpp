#include "slo/serve/service.hpp"

#include <stdexcept>

#include "core/log.hpp"
#include "core/problem_details.hpp"
#include "slo/evidence/evidence_collector.hpp"
#include "slo/serve/web_assets.hpp"

namespace slo {

namespace {

constexpr double duration_bounds[] = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};
constexpr core::metric_family refreshes{"remora_slo_refreshes_total",
                                        "Attempts to bring the report up to date.",
                                        core::metric_type::counter};
constexpr core::metric_family refresh_duration{"remora_slo_refresh_duration_seconds",
                                               "How long an attempt took.",
                                               core::metric_type::histogram, duration_bounds};
constexpr core::metric_family report_time{"remora_slo_report_timestamp_seconds",
                                          "The instant that the current report is of.",
                                          core::metric_type::gauge};

core::server_response content(std::string type, std::string body) {
  core::server_response out;
  out.content_type = std::move(type);
  // The page needs nothing from anywhere else, and must not be made to.
  out.headers = {{"Cache-Control", "no-cache"},
                 {"Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"},
                 {"X-Content-Type-Options", "nosniff"}};
  out.body = std::move(body);
  return out;
}

core::server_response content(const core::web_asset& asset) {
  return content(std::string(asset.content_type), std::string(asset.content));
}

constexpr const char* html = "text/html; charset=utf-8";

}  // namespace

void serve_config::describe(core::fields<serve_config>& f) {
  describe_program(f);
  f.optional("listen", &serve_config::listen, "Address of the page and its API.");
  f.required("prometheus", &serve_config::prometheus, "Base URL of Prometheus.");
  f.required("slos", &serve_config::slos, "OpenSLO files, or folders of them.");
  f.optional("refresh", &serve_config::refresh, "How often the numbers are brought up to date.")
      .range(core::duration(std::chrono::seconds(1)), core::duration(std::chrono::hours(1)));
}

std::vector<objective> objectives_of(const serve_config& config, core::problems& found) {
  return load_objectives(config.slos, found);
}

service::service(core::worker& w, const serve_config& config, std::vector<objective> objectives,
                 core::readiness::condition& answered)
    : worker_(w),
      listen_(config.listen),
      interval_(config.refresh),
      objectives_(std::move(objectives)),
      answered_(answered),
      client_(w, config.prometheus),
      server_(w, [this](const core::server_request& request) { return answer(request); }),
      refreshed_(w.metrics.counter(refreshes, {{"result", "ok"}})),
      failed_(w.metrics.counter(refreshes, {{"result", "failed"}})),
      duration_(w.metrics.histogram(refresh_duration)),
      reported_at_(w.metrics.gauge(report_time)) {}

std::uint16_t service::start() {
  const auto port = server_.listen(listen_);
  if (!port) {
    throw std::runtime_error("cannot listen on " + listen_.to_string() + ": " +
                             port.error().message());
  }
  worker_.start("refresh", keep_fresh());
  return *port;
}

core::task<> service::keep_fresh() {
  for (;;) {
    const auto next = core::now() + interval_;
    co_await refresh();
    co_await core::sleep_until(worker_, next);
  }
}

core::task<> service::refresh() {
  const auto begin = core::now();
  const auto at = static_cast<unix_millis>(worker_.wall.unix_nanos(begin) / 1'000'000);
  auto seen = co_await collect(client_, objectives_, {true, at, std::nullopt});
  duration_.observe(core::seconds(core::now() - begin));
  answered_.report(seen.has_value());
  if (seen.has_error()) {
    failed_.add();
    if (state_.problem != seen.error().what) {
      worker_.log.warning("Prometheus does not answer", {{"error", seen.error().what}});
    }
    state_.problem = seen.error().what;
    co_return;
  }
  refreshed_.add();
  reported_at_.set(static_cast<double>(at) / 1000);
  state_.problem.clear();
  state_.last = make_report(objectives_, std::move(*seen), client_.where().to_string(), at);
}

core::task<core::server_response> service::answer(const core::server_request& request) {
  co_return respond(request);
}

core::server_response service::respond(const core::server_request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    auto refused = core::problem_response(405, "only GET and HEAD are answered here");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  if (request.path == "/") return content(html, page_html(state_));
  if (request.path == "/cards") return content(html, cards_html(state_));
  if (request.path == "/api/v1/slos") {
    if (!state_.last) {
      return core::problem_response(503, state_.problem.empty()
                                             ? "there are no numbers yet"
                                             : "Prometheus does not answer: " + state_.problem);
    }
    return content("application/json", report_json(*state_.last) + "\n");
  }
  for (const auto& asset : {web::style_css(), web::live_js(), web::icon_svg()}) {
    if (request.path.substr(1) == asset.name) return content(asset);
  }
  return core::problem_response(404, "there is no such page");
}

}  // namespace slo
