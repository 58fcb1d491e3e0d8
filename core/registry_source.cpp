#include <prometheus/registry.h>

#include "core/exposition.hpp"

namespace core {
namespace {

metric_type type_of(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter: return metric_type::counter;
    case prometheus::MetricType::Gauge: return metric_type::gauge;
    case prometheus::MetricType::Histogram: return metric_type::histogram;
    case prometheus::MetricType::Summary: return metric_type::summary;
    case prometheus::MetricType::Untyped: break;
  }
  return metric_type::unknown;
}

std::string labels_of(const prometheus::ClientMetric& metric) {
  std::vector<std::pair<std::string_view, std::string_view>> labels;
  for (const auto& label : metric.label) labels.emplace_back(label.name, label.value);
  return render_labels(labels);
}

void write_histogram(exposition_writer& out, const std::string& labels,
                     const prometheus::ClientMetric::Histogram& histogram) {
  std::vector<double> bounds;
  std::vector<std::uint64_t> buckets;
  std::uint64_t before = 0;
  for (const auto& bucket : histogram.bucket) {
    bounds.push_back(bucket.upper_bound);
    buckets.push_back(bucket.cumulative_count - before);
    before = bucket.cumulative_count;
  }
  if (!bounds.empty()) bounds.pop_back();  // the library's last bound is +Inf
  out.histogram(labels, bounds, buckets, histogram.sample_sum);
}

void write_summary(exposition_writer& out, const std::string& labels,
                   const prometheus::ClientMetric::Summary& summary) {
  for (const auto& q : summary.quantile) {
    const std::string quantile = "quantile=\"" + canonical_number(q.quantile) + "\"";
    out.raw("", labels.empty() ? quantile : labels + "," + quantile, q.value);
  }
  out.raw("_sum", labels, summary.sample_sum);
  out.raw("_count", labels, static_cast<double>(summary.sample_count));
}

void write_metric(exposition_writer& out, metric_type type, const std::string& labels,
                  const prometheus::ClientMetric& metric) {
  switch (type) {
    case metric_type::counter: return out.counter(labels, metric.counter.value);
    case metric_type::gauge: return out.gauge(labels, metric.gauge.value);
    case metric_type::histogram: return write_histogram(out, labels, metric.histogram);
    case metric_type::summary: return write_summary(out, labels, metric.summary);
    case metric_type::unknown: return out.raw("", labels, metric.untyped.value);
  }
}

}  // namespace

void registry_source::write(exposition_writer& out) const {
  for (const prometheus::MetricFamily& family : registry_->Collect()) {
    const metric_type type = type_of(family.type);
    if (!out.family(family.name, family.help, type)) continue;
    for (const auto& metric : family.metric) {
      write_metric(out, type, labels_of(metric), metric);
    }
  }
}

}  // namespace core
