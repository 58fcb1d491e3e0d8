#include "slo/format/field_reader.hpp"
#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

/// metricSource: only Prometheus, and the server is said on the command line.
std::optional<sli_query> read_metric_source(const core::node& from, core::problems& found) {
  field_reader metric(from, "the metric", found);
  const auto* source = metric.required("metricSource", "metricSource: {type, spec: {query}}");
  metric.finish();
  if (!source) return std::nullopt;

  field_reader fields(*source, "metricSource", found);
  fields.unsupported("metricSourceRef", "type: Prometheus and a query; --prometheus says where");
  const auto* type = fields.optional("type");
  if (type && type->text != "Prometheus" && type->text != "prometheus") {
    found.add(type->at, "metric sources of this type are not supported yet", "Prometheus");
  }
  const auto* spec = fields.required("spec", "spec: {query}");
  fields.finish();
  if (!spec) return std::nullopt;

  field_reader query(*spec, "the metric source's spec", found);
  const auto* text = query.required("query", "a PromQL query");
  query.finish();
  if (!text) return std::nullopt;
  if (!text->is_scalar()) {
    found.add(text->at, "query is " + std::string(text->kind_name()), "a PromQL query");
    return std::nullopt;
  }
  auto parsed = parse_metric_query(text->text);
  if (parsed.has_value()) return sli_query{text->text, {}, *parsed, text->at};
  found.add(
      text->at,
      "query, character " + std::to_string(parsed.error().offset + 1) + ": " + parsed.error().what,
      parsed.error().expected);
  return std::nullopt;
}

std::optional<ratio_metric> read_ratio_metric(const core::node& from, core::problems& found) {
  field_reader fields(from, "ratioMetric", found);
  const auto counter = fields.boolean("counter");
  fields.unsupported("raw", "total with good or bad");
  fields.unsupported("rawType", "total with good or bad");
  const auto* good = fields.optional("good");
  const auto* bad = fields.optional("bad");
  const auto* total = fields.required("total", "total, and one of good and bad");
  fields.finish();
  if (!total) return std::nullopt;
  if (!good == !bad) {
    found.add(from.at,
              good ? "ratioMetric has both good and bad" : "ratioMetric has no good or bad",
              "exactly one of good and bad");
    return std::nullopt;
  }

  const auto part = read_metric_source(good ? *good : *bad, found);
  const auto whole = read_metric_source(*total, found);
  if (!part || !whole) return std::nullopt;
  if (!counter.value_or(false) && !(part->counter->windowed && whole->counter->windowed)) {
    found.add(from.at, "a ratio of values that are no counters is not supported yet",
              "counter: true, or queries with rate or increase");
  }
  return ratio_metric{good ? event_kind::good : event_kind::bad, *part, *whole,
                      counter.value_or(false)};
}

}  // namespace

std::optional<indicator> read_indicator_spec(metadata meta, const core::node& from,
                                             core::problems& found) {
  field_reader fields(from, "the indicator's spec", found);
  auto description = fields.text("description", description_limit);
  fields.unsupported("thresholdMetric", "ratioMetric");
  const auto* ratio = fields.optional("ratioMetric");
  fields.finish();
  if (!ratio) {
    if (!from.find("thresholdMetric")) {
      found.add(from.at, "the indicator's spec has no ratioMetric", "ratioMetric");
    }
    return std::nullopt;
  }
  auto metric = read_ratio_metric(*ratio, found);
  if (!metric) return std::nullopt;
  return indicator{std::move(meta), std::move(description), std::move(*metric)};
}

std::optional<indicator> read_inline_indicator(const core::node& from, core::problems& found) {
  field_reader fields(from, "indicator", found);
  const auto* meta = fields.required("metadata", "metadata: {name}");
  const auto* spec = fields.required("spec", "spec: {ratioMetric}");
  fields.finish();
  if (!meta || !spec) return std::nullopt;
  return read_indicator_spec(read_metadata(*meta, found), *spec, found);
}

}  // namespace slo
