#include "slo/format/openslo_fields.hpp"
#include "slo/model/query_text.hpp"

namespace slo {

namespace {

constexpr const char* source_rule = "metricSource: {type, spec: {query}}";

bool is_prometheus(const std::string& type) {
  return type == "Prometheus" || type == "prometheus";
}

/// The counter behind the text, if one is. False when the text cannot be used at all.
bool follow_to_counter(sli_query& query, query_use use, reading& how) {
  const auto say = [&](const query_problem& why) {
    how.problem(query.at, "query, character " + std::to_string(why.offset + 1) + ": " + why.what,
                why.expected);
    return false;
  };
  if (const auto broken = check_query_text(query.text)) return say(*broken);
  if (use == query_use::value) return true;
  auto parsed = parse_metric_query(query.text);
  if (parsed.has_error()) return use == query_use::counter ? say(parsed.error()) : true;
  if (use == query_use::counter || parsed->windowed) query.counter = *std::move(parsed);
  return true;
}

/// Whether sources of this type can be asked. The specification's examples write `Any` where a
/// person is to fill in something.
bool check_type(const core::node& type, reading& how) {
  if (type.is_scalar() && is_prometheus(type.text)) return true;
  const auto what = "a metric source of type " + (type.is_scalar() ? type.text : type.kind_name()) +
                    " cannot be asked";
  if (type.text == "Any") return how.deviation(type.at, what, "Prometheus", "taken for Prometheus");
  how.problem(type.at, what, "Prometheus");
  return false;
}

}  // namespace

std::optional<sli_query> read_metric_source(const core::node& from, query_use use, reading& how) {
  field_reader metric(from, "the metric", how.found());
  const auto* source = metric.required("metricSource", source_rule);
  metric.finish();
  if (!source) return std::nullopt;

  field_reader fields(*source, "metricSource", how.found());
  sli_query out;
  out.source_at = source->at;
  if (const auto* name = fields.optional("metricSourceRef")) {
    const auto wanted = read_reference(*name, "metricSourceRef", how);
    out.source = wanted.name;
    out.source_at = wanted.at;
  }
  const auto* type = fields.optional("type");
  const auto* spec = fields.required("spec", "spec: {query}");
  fields.finish();
  if (type && !check_type(*type, how)) return std::nullopt;
  if (type) out.type = type->text == "Any" ? "Prometheus" : type->text;
  if (!spec) return std::nullopt;

  field_reader query(*spec, "the metric source's spec", how.found());
  const auto* text = query.required("query", "a PromQL query");
  query.finish();
  if (!text) return std::nullopt;
  if (!text->is_scalar()) {
    how.problem(text->at, "query is " + std::string(text->kind_name()), "a PromQL query");
    return std::nullopt;
  }
  out.text = text->text;
  out.at = text->at;
  if (!follow_to_counter(out, use, how)) return std::nullopt;
  return out;
}

}  // namespace slo
