#include "sidecar/merge/source_scrape.hpp"

#include <boost/asio/post.hpp>
#include <charconv>

#include "core/http_head.hpp"
#include "core/tls_context.hpp"
#include "core/worker.hpp"

namespace sidecar {
namespace {

/// Bytes that are read in one turn of the loop, about a millisecond.
constexpr std::size_t piece = 128 * 1024;

std::shared_ptr<const core::tls_context> context_of(const merge_source_config& config) {
  return config.url.tls ? core::tls_context::client({"", "", config.ca}) : nullptr;
}

core::base_url base_of(const merge_source_config& config) {
  core::base_url out = config.url;
  if (out.path.empty()) out.path = "/metrics";
  return out;
}

core::exchange_limits limits_of(const merge_source_config& config) {
  core::exchange_limits out;
  out.body = config.limit.bytes;
  return out;
}

scrape_failure failure_of(const core::error_code& error) noexcept {
  switch (core::classify(error)) {
    case core::errc::timed_out: return scrape_failure::timeout;
    case core::errc::tls_handshake:
    case core::errc::tls_certificate: return scrape_failure::tls;
    case core::errc::malformed: return scrape_failure::format;
    case core::errc::too_large: return scrape_failure::too_large;
    default: return scrape_failure::connect;
  }
}

void fail(scraped_source& s, scrape_failure why, std::string error) {
  s.why = why;
  s.error = std::move(error);
}

core::outgoing_request request_for(const std::string& target, core::deadline until) {
  core::outgoing_request out;
  out.target = target;
  char seconds[32];
  const auto end =
      std::to_chars(seconds, seconds + sizeof seconds, core::seconds(until.left(core::now())),
                    std::chars_format::fixed, 3);
  out.headers = {{"Accept",
                  "application/openmetrics-text;version=1.0.0;charset=utf-8,"
                  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"},
                 {"Accept-Encoding", "identity"},
                 {"User-Agent", "remora-sidecar/" REMORA_VERSION},
                 {"X-Prometheus-Scrape-Timeout-Seconds", std::string(seconds, end.ptr)}};
  return out;
}

}  // namespace

const char* to_label(scrape_failure why) noexcept {
  switch (why) {
    case scrape_failure::none: return "";
    case scrape_failure::timeout: return "timeout";
    case scrape_failure::connect: return "connect";
    case scrape_failure::tls: return "tls";
    case scrape_failure::status: return "status";
    case scrape_failure::format: return "format";
    case scrape_failure::too_large: return "too_large";
  }
  return "";
}

std::optional<core::exposition_format> exposition_format_of(std::string_view type) noexcept {
  const auto media = type.substr(0, type.find_first_of("; "));
  if (core::iequals(media, "application/openmetrics-text"))
    return core::exposition_format::openmetrics;
  if (media.empty() || core::iequals(media, "text/plain")) return core::exposition_format::text;
  return std::nullopt;
}

source_scraper::source_scraper(core::worker& w, const merge_source_config& config)
    : worker_(w),
      client_(w, base_of(config), limits_of(config), context_of(config)),
      target_(config.query.empty() ? "" : "?" + config.query) {}

core::task<std::shared_ptr<const scraped_source>> source_scraper::scrape(core::deadline until) {
  auto out = std::make_shared<scraped_source>();
  const auto start = core::now();
  co_await fetch_and_read(*out, until);
  out->took = core::now() - start;
  co_return out;
}

core::task<> source_scraper::fetch_and_read(scraped_source& into, core::deadline until) {
  auto answer = co_await client_.send(request_for(target_, until), until);
  if (!answer) {
    fail(into, failure_of(answer.error()), answer.error().message());
    co_return;
  }
  if (answer->status != 200) {
    fail(into, scrape_failure::status, "it answers " + std::to_string(answer->status));
    co_return;
  }
  const std::string type(answer->header("content-type").value_or(""));
  const auto format = exposition_format_of(type);
  const auto encoding = answer->header("content-encoding").value_or("identity");
  if (!format || !core::iequals(encoding, "identity")) {
    fail(into, scrape_failure::format,
         format ? "it answers with Content-Encoding " + std::string(encoding)
                : "it answers with Content-Type " + type +
                      "; OpenMetrics or text/plain were asked for");
    co_return;
  }
  into.body = std::move(answer->body);
  metrics_parser parser(into.body, *format);
  for (;;) {
    const bool done = parser.advance(piece);
    if (done) break;
    co_await core::asio::post(worker_.io, core::use_task);
  }
  into.metrics = std::move(parser).take();
  if (into.metrics.wrong)
    fail(into, scrape_failure::format,
         "line " + std::to_string(into.metrics.wrong->line) + ": " + into.metrics.wrong->what);
}

}  // namespace sidecar
