#include "slo/model/source_checks.hpp"

namespace slo {

namespace {

std::vector<const sli_query*> queries_of(const sli_metric& metric) {
  if (const auto* ratio = std::get_if<ratio_metric>(&metric)) return {&ratio->part, &ratio->total};
  if (const auto* raw = std::get_if<raw_metric>(&metric)) return {&raw->value};
  return {&std::get<threshold_metric>(metric).value};
}

std::string lower(std::string text) {
  for (auto& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

void check_source(const sli_query& query, const references& known, reading& how) {
  const auto* source = known.sources.find(query.source);
  if (!source) {
    // With a type, the command line says where; beside documents a name must be one of theirs.
    if (!query.type.empty() && known.sources.empty()) return;
    how.deviation(query.source_at, known.sources.missing(query.source), known.sources.names(),
                  "taken for the Prometheus of the command line");
    return;
  }
  if (lower(source->type) == "prometheus") return;
  how.problem(
      query.source_at,
      "the DataSource " + query.source + " is of type " + source->type + ", which cannot be asked",
      "Prometheus");
}

}  // namespace

void check_sources(const indicator& sli, const references& known, reading& how) {
  for (const auto* query : queries_of(sli.metric)) {
    if (!query->source.empty()) check_source(*query, known, how);
  }
}

}  // namespace slo
