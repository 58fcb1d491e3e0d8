#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

/// Where `ratioMetric` has what.
struct ratio_members {
  const core::node* good;
  const core::node* bad;
  const core::node* total;
  const core::node* raw;
  const core::node* raw_type;
};

std::optional<sli_metric> read_raw(const ratio_members& m, const core::position& at, reading& how) {
  bool usable = true;
  for (const auto* other : {m.good, m.bad, m.total}) {
    if (!other) continue;
    how.problem(other->at, "ratioMetric has raw, and good, bad or total",
                "raw with rawType, or total with good or bad");
    usable = false;
  }
  const auto value = read_metric_source(*m.raw, query_use::value, how);
  const bool success = m.raw_type && m.raw_type->text == "success";
  if (!success && !(m.raw_type && m.raw_type->text == "failure")) {
    how.problem(m.raw_type ? m.raw_type->at : at,
                m.raw_type ? "rawType is no kind of ratio: " + m.raw_type->text
                           : "ratioMetric has raw, but no rawType",
                "rawType: success or failure");
    usable = false;
  }
  if (!value || !usable) return std::nullopt;
  return raw_metric{success ? event_kind::good : event_kind::bad, *value};
}

/// Both counters of a ratio must keep the same labels: else their windows have no common rows.
bool check_grouping(const ratio_metric& ratio, reading& how) {
  if (!ratio.exact() || ratio.part.counter->grouping == ratio.total.counter->grouping) return true;
  how.problem(ratio.total.at, "total is grouped by other labels than good or bad",
              "sum by of the same labels in both");
  return false;
}

std::optional<sli_metric> read_events(const ratio_members& m, bool counter,
                                      const core::position& at, reading& how) {
  bool usable = m.total != nullptr;
  if (!m.total) how.problem(at, "ratioMetric has no total", "total, and one of good and bad");
  if (!m.good == !m.bad) {
    how.problem(at, m.good ? "ratioMetric has both good and bad" : "ratioMetric has no good or bad",
                "exactly one of good and bad");
    usable = false;
  }
  if (m.raw_type) {
    how.deviation(m.raw_type->at, "rawType goes with raw", "raw, or no rawType", "ignored");
  }
  if (!usable) return std::nullopt;
  const auto use = counter ? query_use::counter : query_use::events;
  auto part = read_metric_source(m.good ? *m.good : *m.bad, use, how);
  auto total = read_metric_source(*m.total, use, how);
  if (!part || !total) return std::nullopt;
  if (!part->counter != !total->counter) part->counter = total->counter = std::nullopt;
  ratio_metric out{m.good ? event_kind::good : event_kind::bad, *part, *total, counter};
  if (!check_grouping(out, how)) return std::nullopt;
  return out;
}

std::optional<sli_metric> read_ratio_metric(const core::node& from, reading& how) {
  field_reader fields(from, "ratioMetric", how.found());
  const bool counter = fields.boolean("counter").value_or(false);
  const ratio_members members{fields.optional("good"), fields.optional("bad"),
                              fields.optional("total"), fields.optional("raw"),
                              fields.optional("rawType")};
  fields.finish();
  if (!fields.usable()) return std::nullopt;
  return members.raw ? read_raw(members, from.at, how)
                     : read_events(members, counter, from.at, how);
}

std::optional<sli_metric> read_threshold_metric(const core::node& from, reading& how) {
  auto value = read_metric_source(from, query_use::value, how);
  if (!value) return std::nullopt;
  return threshold_metric{std::move(*value)};
}

}  // namespace

std::optional<indicator> read_indicator_spec(metadata meta, const core::node& from, reading& how) {
  field_reader fields(from, "the indicator's spec", how.found());
  auto description = fields.text("description", description_limit);
  const auto* threshold = fields.optional("thresholdMetric");
  const auto* ratio = fields.optional("ratioMetric");
  fields.finish();
  if (!fields.usable()) return std::nullopt;
  if (!threshold == !ratio) {
    how.problem(from.at,
                ratio ? "the indicator has both ratioMetric and thresholdMetric"
                      : "the indicator's spec has no ratioMetric or thresholdMetric",
                "exactly one of ratioMetric and thresholdMetric");
    return std::nullopt;
  }
  auto metric = ratio ? read_ratio_metric(*ratio, how) : read_threshold_metric(*threshold, how);
  if (!metric) return std::nullopt;
  return indicator{std::move(meta), std::move(description), std::move(*metric)};
}

std::optional<indicator> read_inline_indicator(const core::node& from, reading& how) {
  field_reader fields(from, "indicator", how.found());
  const auto* meta = fields.required("metadata", "metadata: {name}");
  const auto* spec = fields.required("spec", "spec: {ratioMetric} or {thresholdMetric}");
  fields.finish();
  if (!meta || !spec) return std::nullopt;
  return read_indicator_spec(read_metadata(*meta, how), *spec, how);
}

std::optional<indicator_source> read_indicator_source(field_reader& fields, reading& how) {
  const auto* inlined = fields.optional("indicator");
  const auto* referred = fields.optional("indicatorRef");
  if (inlined && referred) {
    how.problem(referred->at, "there are both indicator and indicatorRef",
                "exactly one of indicator and indicatorRef");
    return std::nullopt;
  }
  if (referred) return read_reference(*referred, "indicatorRef", how);
  if (!inlined) return std::nullopt;
  auto value = read_inline_indicator(*inlined, how);
  if (!value) return std::nullopt;
  return *std::move(value);
}

}  // namespace slo
