#include "sidecar/proxy/sli_counters.hpp"

#include <fmt/format.h>

#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/sli_classification.hpp"
#include "sidecar/proxy/stale_answer.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family requests{
    "remora_sli_requests_total",
    "Requests as service level indicators count them (docs/sli.md).",
    core::metric_type::counter,
    {},
    true};
constexpr core::metric_family fast_requests{
    "remora_sli_fast_requests_total",
    "Good requests that took at most the threshold, in seconds.",
    core::metric_type::counter,
    {},
    true};
constexpr core::metric_family stale_requests{"remora_sli_stale_requests_total",
                                             "Good requests whose answer says that it is stale.",
                                             core::metric_type::counter,
                                             {},
                                             true};

constexpr std::array<const char*, 3> result_labels = {"good", "bad", "excluded"};

}  // namespace

sli_counters::sli_counters(core::metrics_shard& metrics, const listener_settings& listener)
    : listener_(&listener) {
  for (const auto& route : listener.routes) {
    auto& sides = routes_.emplace_back();
    for (std::size_t synthetic = 0; synthetic < 2; ++synthetic) {
      const char* mark = synthetic ? "true" : "false";
      for (std::size_t i = 0; i < result_labels.size(); ++i)
        sides[synthetic].results[i] = &metrics.counter(
            requests, {{"route", route.label}, {"synthetic", mark}, {"result", result_labels[i]}});
      sides[synthetic].stale =
          &metrics.counter(stale_requests, {{"route", route.label}, {"synthetic", mark}});
      for (const auto& threshold : route.thresholds)
        sides[synthetic].fast.push_back(&metrics.counter(
            fast_requests, {{"route", route.label},
                            {"synthetic", mark},
                            {"threshold", fmt::format("{}", core::seconds(threshold))}}));
    }
  }
}

void sli_counters::after(exchange_record& record) {
  const auto index = static_cast<std::size_t>(record.route);
  const auto& route = listener_->routes[index];
  const side& s = routes_[index][record.synthetic ? 1 : 0];
  const sli_result result = classify(record, route.results);
  s.results[static_cast<std::size_t>(result)]->add();
  if (result != sli_result::good) return;
  if (record.response && is_stale(record.response->fields)) s.stale->add();
  const auto took = record.finished - record.received;
  for (std::size_t i = route.thresholds.size(); i-- > 0 && took <= route.thresholds[i];)
    s.fast[i]->add();
}

}  // namespace sidecar
