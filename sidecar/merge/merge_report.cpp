// What a merger says about its sources: metrics, and the page for operators.
#include "core/json_text.hpp"
#include "sidecar/merge/merge_source.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family up{"remora_merge_up",
                                 "1 when the source's metrics are in this exposition.",
                                 core::metric_type::gauge};
constexpr core::metric_family took{"remora_merge_duration_seconds",
                                   "How long the source took to answer and to be read.",
                                   core::metric_type::gauge};
constexpr core::metric_family merged{
    "remora_merge_samples", "Samples of the source in this exposition.", core::metric_type::gauge};
constexpr core::metric_family dropped{"remora_merge_samples_dropped",
                                      "Samples of the source that are not, by reason.",
                                      core::metric_type::gauge};
constexpr core::metric_family conflicts{"remora_merge_conflicts",
                                        "Families of the source that did not fit; /merge names "
                                        "them.",
                                        core::metric_type::gauge};
constexpr core::metric_family failures{"remora_merge_failures_total",
                                       "Times that the source gave nothing, by reason.",
                                       core::metric_type::counter};
}  // namespace

void merger::write_metrics(core::exposition_writer& out,
                           const std::vector<merge_result>& results) const {
  const auto each = [&](const core::metric_family& family, auto value) {
    if (!out.family(family)) return;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const std::pair<std::string_view, std::string_view> label[] = {
          {"source", sources_[i]->config.name}};
      out.gauge(core::render_labels(label), value(*sources_[i], results[i]));
    }
  };
  each(up, [](const source& s, const merge_result&) { return s.up() ? 1.0 : 0.0; });
  each(took, [](const source& s, const merge_result&) {
    return core::seconds(s.shown ? s.shown->took : s.config.timeout);
  });
  each(merged, [](const source&, const merge_result& r) { return static_cast<double>(r.samples); });
  each(conflicts, [](const source&, const merge_result& r) {
    return static_cast<double>(r.conflicts.size());
  });
  write_reasons(out, results);
}

void merger::write_reasons(core::exposition_writer& out,
                           const std::vector<merge_result>& results) const {
  const auto labels = [&](std::size_t i, const char* reason) {
    const std::pair<std::string_view, std::string_view> both[] = {
        {"source", sources_[i]->config.name}, {"reason", reason}};
    return core::render_labels(both);
  };
  if (out.family(dropped))
    for (std::size_t i = 0; i < sources_.size(); ++i)
      for (std::size_t why = 0; why < merge_drops; ++why)
        out.gauge(labels(i, to_label(static_cast<merge_drop>(why))),
                  static_cast<double>(results[i].dropped[why]));
  if (out.family(failures))
    for (std::size_t i = 0; i < sources_.size(); ++i)
      for (std::size_t why = 1; why < scrape_failures; ++why)
        out.counter(labels(i, to_label(static_cast<scrape_failure>(why))),
                    static_cast<double>(sources_[i]->failed[why]));
}

std::string merger::page() const {
  std::string out = "{\"sources\":[";
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (i > 0) out += ',';
    append_source(out, *sources_[i], i < last_results_.size() ? last_results_[i] : merge_result());
  }
  return out + "]}\n";
}

void merger::append_source(std::string& out, const source& s, const merge_result& result) {
  const auto member = [&](const char* name, std::string_view value) {
    out.append(out.back() == '{' ? "" : ",").append("\"").append(name).append("\":");
    out += value;
  };
  out += '{';
  const auto query = s.config.query.empty() ? "" : "?" + s.config.query;
  member("name", core::json_string(s.config.name));
  member("url", core::json_string(s.config.url.to_string() + query));
  member("up", s.up() ? "true" : "false");
  if (!s.up()) member("error", core::json_string(s.error()));
  if (s.shown) {
    std::string seconds;
    core::append_json_number(seconds, core::seconds(s.shown->took));
    member("duration_seconds", seconds);
  }
  if (s.up()) {
    const auto openmetrics = s.shown->metrics.format == core::exposition_format::openmetrics;
    member("format", openmetrics ? "\"openmetrics\"" : "\"text\"");
  }
  member("samples", std::to_string(result.samples));
  member("dropped", "{");
  for (std::size_t why = 0; why < merge_drops; ++why)
    member(to_label(static_cast<merge_drop>(why)), std::to_string(result.dropped[why]));
  out += '}';
  member("conflicts", "[");
  for (const auto& c : result.conflicts) {
    out += out.back() == '[' ? "{" : ",{";
    member("family", core::json_string(c.family));
    member("with", core::json_string(c.with));
    member("what", core::json_string(c.what));
    member("samples", std::to_string(c.samples));
    out += '}';
  }
  out += "]}";
}

}  // namespace sidecar
