#include "slo/evidence/prometheus_client.hpp"

#include <algorithm>
#include <map>

#include "core/tls_context.hpp"
#include "core/worker.hpp"
#include "slo/evidence/loaded_rules.hpp"
#include "slo/evidence/prometheus_answer.hpp"

namespace slo {

namespace {

constexpr auto query_time = std::chrono::seconds(30);
constexpr std::size_t largest_answer = 64 * 1024 * 1024;
constexpr unix_millis most_points = 10'000;  // of a series in one answer
constexpr unix_millis slice_millis = 6 * 60 * 60 * 1000;

std::string seconds_text(unix_millis at) {
  const auto millis = std::to_string(1000 + at % 1000);
  return std::to_string(at / 1000) + "." + millis.substr(1);
}

std::shared_ptr<const core::tls_context> tls_for(const core::base_url& where) {
  return where.tls ? core::tls_context::client({}) : nullptr;
}

/// Appends the samples of the next slice to the series they belong to. A sample at the border may
/// be in both slices (Prometheus 2 includes a range's left end).
void append(std::map<label_list, std::vector<sample>>& into, std::vector<time_series> slice) {
  for (auto& series : slice) {
    auto& samples = into[std::move(series.labels)];
    for (const auto& s : series.samples) {
      if (samples.empty() || s.at > samples.back().at) samples.push_back(s);
    }
  }
}

}  // namespace

prometheus_client::prometheus_client(core::worker& w, core::base_url where)
    : http_(w, where, {.head = 64 * 1024, .body = largest_answer}, tls_for(where)) {}

core::task<prometheus_series> prometheus_client::instant(std::string expression, unix_millis at) {
  co_return co_await ask("/api/v1/query?query=" + core::url_encode(expression) +
                         "&time=" + seconds_text(at));
}

core::task<prometheus_series> prometheus_client::ask(std::string target) {
  const auto until = core::deadline::in(query_time, core::now());
  const auto answer = co_await http_.get(std::move(target), until);
  if (answer.has_error()) {
    co_return prometheus_failure{true, answer.error().message()};
  }
  auto parsed = parse_prometheus_answer(answer->body);
  if (parsed.has_value()) co_return std::move(*parsed);
  // Without a JSON answer, it is some other server, or a proxy whose Prometheus is gone.
  const bool other = answer->status >= 500 || answer->status == 404;
  co_return prometheus_failure{other,
                               "HTTP " + std::to_string(answer->status) + ": " + parsed.error()};
}

core::task<std::vector<exemplar>> prometheus_client::exemplars(std::string selector,
                                                               unix_millis from, unix_millis to) {
  const auto until = core::deadline::in(query_time, core::now());
  auto target = "/api/v1/query_exemplars?query=" + core::url_encode(selector) +
                "&start=" + seconds_text(from) + "&end=" + seconds_text(to);
  const auto answer = co_await http_.get(std::move(target), until);
  if (answer.has_error() || answer->status != 200) co_return std::vector<exemplar>();
  auto parsed = parse_exemplars(answer->body);
  if (parsed.has_error()) co_return std::vector<exemplar>();
  co_return std::move(*parsed);
}

core::task<prometheus_series> prometheus_client::range(std::string expression, unix_millis from,
                                                       unix_millis to, unix_millis step) {
  std::map<label_list, std::vector<sample>> joined;
  const auto query =
      "/api/v1/query_range?query=" + core::url_encode(expression) + "&step=" + seconds_text(step);
  for (auto start = from + step; start <= to; start += step * most_points) {
    const auto end = std::min(to, start + step * (most_points - 1));
    auto part = co_await ask(query + "&start=" + seconds_text(start) + "&end=" + seconds_text(end));
    if (part.has_error()) co_return part.error();
    append(joined, std::move(*part));
  }
  std::vector<time_series> out;
  for (auto& [labels, samples] : joined) out.push_back({labels, std::move(samples)});
  co_return out;
}

core::task<prometheus_series> prometheus_client::raw(std::string selector, unix_millis from,
                                                     unix_millis to) {
  std::map<label_list, std::vector<sample>> joined;
  for (auto start = from; start < to; start += slice_millis) {
    const auto end = std::min(to, start + slice_millis);
    auto slice = co_await instant(selector + "[" + std::to_string(end - start) + "ms]", end);
    if (slice.has_error()) co_return slice.error();
    append(joined, std::move(*slice));
  }
  std::vector<time_series> out;
  for (auto& [labels, samples] : joined) out.push_back({labels, std::move(samples)});
  co_return out;
}

core::task<boost::system::result<std::vector<rule_group>, prometheus_failure>>
prometheus_client::rules() {
  const auto until = core::deadline::in(query_time, core::now());
  const auto answer = co_await http_.get("/api/v1/rules", until);
  if (answer.has_error()) co_return prometheus_failure{true, answer.error().message()};
  auto parsed = parse_loaded_rules(answer->body);
  if (parsed.has_value()) co_return std::move(*parsed);
  const bool other = answer->status >= 500 || answer->status == 404;
  co_return prometheus_failure{other,
                               "HTTP " + std::to_string(answer->status) + ": " + parsed.error()};
}

}  // namespace slo
