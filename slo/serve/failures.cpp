#include "slo/serve/failures.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "slo/serve/config.hpp"

namespace slo {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = 1000;
constexpr std::size_t most_failures = 1000;

std::string text_of(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains({name.data(), name.size()});
  const auto* text = value ? value->if_string() : nullptr;
  if (!text) return {};
  std::string out(text->data(), std::min(text->size(), longest_text));
  return text->size() > longest_text ? out + "…" : out;
}

bool is_trace_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

probe_failure failure_of(const json::object& from, const core::base_url& probe) {
  probe_failure out;
  out.id = text_of(from, "id");
  out.scenario = text_of(from, "scenario");
  out.target = text_of(from, "target");
  out.intended = text_of(from, "intended");
  const auto* took = from.if_contains("duration_seconds");
  if (took && took->is_number()) out.took = took->to_number<double>();
  out.step = text_of(from, "step");
  out.where = text_of(from, "where");
  out.why = text_of(from, "why");
  out.detail = text_of(from, "detail");
  if (auto id = text_of(from, "trace_id"); is_trace_id(id)) out.trace_id = std::move(id);
  const auto path = text_of(from, "bundle");
  if (path.starts_with("/failures/")) out.bundle = probe.to_string() + path;
  return out;
}

std::string json_of(const probe_failure& f, const std::string& trace_url) {
  std::string link;
  if (!trace_url.empty() && !f.trace_id.empty()) {
    link = trace_url;
    link.replace(link.find(trace_id_place), trace_id_place.size(), f.trace_id);
  }
  const auto or_null = [](const std::string& s) {
    return s.empty() ? "null" : core::json_string(s);
  };
  return core::json_object()
      .text("id", f.id)
      .text("scenario", f.scenario)
      .text("target", f.target)
      .text("intended", f.intended)
      .number("duration_seconds", f.took)
      .text("step", f.step)
      .text("where", f.where)
      .text("why", f.why)
      .text("detail", f.detail)
      .raw("trace_id", or_null(f.trace_id))
      .raw("trace_url", or_null(link))
      .raw("bundle_url", or_null(f.bundle))
      .take();
}

}  // namespace

boost::system::result<std::vector<probe_failure>, std::string> parse_failures(
    std::string_view text, const core::base_url& probe) {
  boost::system::error_code error;
  const auto root = json::parse({text.data(), text.size()}, error);
  if (error) return std::string("its answer is no JSON");
  const auto* answer = root.if_object();
  const auto* list = answer ? answer->if_contains("failures") : nullptr;
  if (!list || !list->is_array()) return std::string("its answer has no list of failures");
  std::vector<probe_failure> out;
  for (const auto& item : list->get_array()) {
    const auto* object = item.if_object();
    if (!object) return std::string("one of its failures is no object");
    auto failure = failure_of(*object, probe);
    if (failure.id.empty() || failure.scenario.empty() || failure.intended.empty()) {
      return std::string("one of its failures has no id, scenario or intended time");
    }
    if (out.size() < most_failures) out.push_back(std::move(failure));
  }
  return out;
}

std::string failures_json(const std::vector<failure_source>& sources, const std::string& trace_url,
                          const failure_filter& filter) {
  core::json_list probes, list;
  std::vector<const probe_failure*> shown;
  for (const auto& source : sources) {
    probes.add(
        core::json_object().text("url", source.probe).text("problem", source.problem).take());
    for (const auto& f : source.failures) {
      if (filter.scenario.empty() || f.scenario == filter.scenario) shown.push_back(&f);
    }
  }
  // RFC 3339 in UTC with one number of digits sorts as text does.
  std::stable_sort(shown.begin(), shown.end(),
                   [](const auto* a, const auto* b) { return a->intended > b->intended; });
  if (shown.size() > filter.limit) shown.resize(filter.limit);
  for (const auto* f : shown) list.add(json_of(*f, trace_url));
  return core::json_object().raw("probes", probes.take()).raw("failures", list.take()).take() +
         "\n";
}

}  // namespace slo
