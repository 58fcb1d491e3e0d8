#include "slo/serve/service.hpp"

#include <charconv>
#include <stdexcept>

#include "core/problem_details.hpp"
#include "slo/serve/chart_data.hpp"
#include "slo/serve/probe_timeline.hpp"
#include "slo/serve/web_assets.hpp"

namespace slo {

namespace {

constexpr const char* html = "text/html; charset=utf-8";
constexpr const char* json = "application/json";
constexpr std::string_view slos_path = "/api/v1/slos";
constexpr std::string_view history_name = "/history";
constexpr unix_millis hour = 3'600'000;
constexpr int most_queries = 8;
constexpr auto failure_pause = std::chrono::seconds(15);
constexpr std::size_t most_failures = 500;

/// Runs are counted in steps that are a minute at least: a scrape interval has room in it.
constexpr grid_limits probe_grid{.shortest = 10 * 60'000,
                                 .longest = 31LL * 24 * hour,
                                 .points = 60,
                                 .most_points = 500,
                                 .least_step = 60'000};

std::map<std::string, served_body> all_assets() {
  std::map<std::string, served_body> out;
  for (const auto& asset :
       {web::style_css(), web::icon_svg(), web::theme_js(), web::page_js(), web::elements_js(),
        web::numbers_js(), web::source_js(), web::overview_js(), web::detail_js(), web::charts_js(),
        web::probes_js(), web::dygraph_min_js(), web::dygraph_css()}) {
    out.try_emplace("/" + std::string(asset.name), std::string(asset.content_type),
                    std::string(asset.content));
  }
  out.try_emplace("/", html, std::string(web::page_html().content));
  return out;
}

core::server_response refused(int status, std::string_view detail) {
  return secured(core::problem_response(status, detail));
}

core::server_response busy(std::string_view detail) {
  auto out = refused(503, detail);
  out.headers.emplace_back("Retry-After", "2");
  return out;
}

core::server_response without_answer(const prometheus_failure& why) {
  return why.unreachable ? busy("Prometheus does not answer: " + why.what)
                         : refused(502, "Prometheus refuses the query: " + why.what);
}

core::server_response wrong_query(const std::vector<core::problem_item>& problems) {
  return secured(core::problem_response(400, "the query cannot be answered", problems));
}

/// `/api/v1/slos/ID[/history]` → the id, decoded; "" when it is another path.
std::string slo_of(std::string_view path, bool with_history) {
  if (!path.starts_with(slos_path)) return {};
  path.remove_prefix(slos_path.size());
  if (!path.starts_with('/') || path.ends_with(history_name) != with_history) return {};
  path.remove_prefix(1);
  if (with_history) path.remove_suffix(std::min(path.size(), history_name.size()));
  std::string id;
  return core::url_decode(path, false, id) ? id : std::string();
}

/// Counts a query while it is under way.
class counted {
 public:
  explicit counted(int& count) : count_(++count) {}
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --count_; }

 private:
  int& count_;
};

}  // namespace

service::service(core::worker& w, const serve_config& config, shown_objectives shown,
                 core::readiness::condition& answered)
    : listen_(config.listen),
      trace_url_(config.trace_url),
      client_(w, config.prometheus),
      keeper_(w, client_, std::move(shown), config.refresh, answered),
      failures_(w, config.probes, std::max<core::duration>(config.refresh, failure_pause)),
      cache_(config.refresh),
      assets_(all_assets()),
      rendered_(json, {}),
      server_(w, [this](const core::server_request& request) { return answer(request); }) {}

std::uint16_t service::start() {
  const auto port = server_.listen(listen_);
  if (!port) {
    throw std::runtime_error("cannot listen on " + listen_.to_string() + ": " +
                             port.error().message());
  }
  keeper_.start();
  failures_.start();
  return *port;
}

core::task<core::server_response> service::answer(const core::server_request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto out = refused(405, "only GET and HEAD are answered here");
    out.headers.emplace_back("Allow", "GET, HEAD");
    co_return out;
  }
  if (request.path == "/api/v1/probes" || !slo_of(request.path, true).empty()) {
    auto out = co_await queried(request);
    co_return out;
  }
  co_return respond(request);
}

core::server_response service::respond(const core::server_request& request) {
  if (request.path == slos_path) return slos(request);
  if (request.path.starts_with(slos_path)) return one_slo(request);
  if (request.path == "/api/v1/failures") return failures(request);
  if (request.path == "/plain") {
    return served_body(html, plain_html(keeper_.state())).answer(request);
  }
  const auto asset = assets_.find(std::string(request.path));
  if (asset != assets_.end()) return asset->second.answer(request);
  return refused(404, "there is no such page");
}

core::server_response service::no_numbers() const {
  const auto& problem = keeper_.state().problem;
  return busy(problem.empty() ? "there are no numbers yet"
                              : "Prometheus does not answer: " + problem);
}

core::server_response service::slos(const core::server_request& request) {
  const auto version = keeper_.version();
  if (!keeper_.state().last) return no_numbers();
  if (rendered_version_ != version) {
    rendered_ = served_body(json, slos_json(keeper_.state(), refresh_seconds()));
    rendered_version_ = version;
  }
  return rendered_.answer(request);
}

core::server_response service::one_slo(const core::server_request& request) {
  keeper_.version();
  if (!keeper_.state().last) return no_numbers();
  auto found = slo_json(keeper_.state(), slo_of(request.path, false));
  if (found.empty()) return refused(404, "there is no objective of that id");
  return served_body(json, std::move(found)).answer(request);
}

core::server_response service::failures(const core::server_request& request) const {
  failure_filter filter;
  filter.scenario = request.parameter("scenario").value_or("");
  if (const auto limit = request.parameter("limit")) {
    const auto* end = limit->data() + limit->size();
    const auto read = std::from_chars(limit->data(), end, filter.limit);
    if (read.ec != std::errc() || read.ptr != end || filter.limit == 0 ||
        filter.limit > most_failures) {
      return wrong_query(
          {{"limit is a number from 1 to " + std::to_string(most_failures), {}, "limit"}});
    }
  }
  return served_body(json, failures_json(failures_.sources(), trace_url_, filter)).answer(request);
}

core::task<core::server_response> service::queried(const core::server_request& request) {
  if (queries_ >= most_queries) co_return busy("too many queries at a time");
  const counted one(queries_);
  if (request.path == "/api/v1/probes") {
    auto out = co_await probes(request);
    co_return out;
  }
  const auto id = slo_of(request.path, true);
  for (const auto& o : keeper_.objectives()) {
    if (o.id != id) continue;
    auto out = co_await history(request, o);
    co_return out;
  }
  co_return refused(404, "there is no objective of that id");
}

core::task<core::server_response> service::history(const core::server_request& request,
                                                   const objective& of) {
  const auto grid = read_grid(request, 6 * hour, keeper_.now());
  if (grid.has_error()) co_return wrong_query(grid.error());
  const auto key = of.id + " " + std::to_string(grid->from) + " " + std::to_string(grid->to) + " " +
                   std::to_string(grid->step);
  if (const auto* known = cache_.find(key, core::now())) co_return known->answer(request);
  const auto found = co_await client_.range(chart_query(of), grid->before(), grid->to, grid->step);
  if (found.has_error()) co_return without_answer(found.error());
  served_body body(json, chart_json(of, *grid, *found));
  co_return cache_.put(key, std::move(body), core::now()).answer(request);
}

core::task<core::server_response> service::probes(const core::server_request& request) {
  const auto grid = read_grid(request, hour, keeper_.now(), probe_grid);
  if (grid.has_error()) co_return wrong_query(grid.error());
  const auto key = " probes " + std::to_string(grid->from) + " " + std::to_string(grid->to) + " " +
                   std::to_string(grid->step);
  if (const auto* known = cache_.find(key, core::now())) co_return known->answer(request);
  const auto runs =
      co_await client_.range(probe_runs_query(*grid), grid->before(), grid->to, grid->step);
  if (runs.has_error()) co_return without_answer(runs.error());
  const auto names = co_await client_.instant(probe_scenarios_query(), grid->to);
  if (names.has_error()) co_return without_answer(names.error());
  served_body body(json, probes_json(*grid, *runs, *names));
  co_return cache_.put(key, std::move(body), core::now()).answer(request);
}

}  // namespace slo
