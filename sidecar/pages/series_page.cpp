#include "sidecar/pages/series_page.hpp"

#include <charconv>
#include <map>

#include "core/exposition.hpp"
#include "core/json_text.hpp"

namespace sidecar {
namespace {

constexpr std::size_t most_values = 1000;

template <class List, class Each>
std::string json_list(const List& list, Each each) {
  std::string out = "[";
  for (const auto& item : list) out += (out.size() > 1 ? "," : "") + each(item);
  return out + "]";
}

std::string member(std::string_view name, std::size_t number) {
  return core::json_string(name) + ":" + std::to_string(number);
}
std::string member(std::string_view name, std::string_view text) {
  return core::json_string(name) + ":" + core::json_string(text);
}

std::string value_json(const core::series_census::value_count& v) {
  return "{" + member("value", v.value) + "," + member("series", v.series) + "}";
}

std::string label_json(const core::series_census::label_count& l) {
  return "{" + member("label", l.label) + "," + member("values", l.values) +
         ",\"greatest\":" + json_list(l.greatest, value_json) + "}";
}

/// The number of values asked for; nothing when it is none.
std::optional<std::size_t> wanted(const core::server_request& request) {
  const auto text = request.parameter("top");
  if (!text) return 10;
  std::size_t n = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), n);
  const bool whole = error == std::errc{} && end == text->data() + text->size();
  return whole && n >= 1 && n <= most_values ? std::optional(n) : std::nullopt;
}

}  // namespace

std::string as_json(const core::series_census& census, const core::series_budget& budget) {
  std::map<std::string, core::series_budget::usage, std::less<>> budgeted;
  for (auto& usage : budget.families()) budgeted.emplace(usage.family, usage);
  const auto family_json = [&](const core::series_census::family_count& f) {
    std::string out = "{" + member("family", f.family) + "," + member("series", f.series) + "," +
                      member("samples", f.samples);
    // The text format's TYPE lines name counters with their suffix, as the budget does.
    if (const auto found = budgeted.find(f.family); found != budgeted.end()) {
      out += ",\"limited\":" + std::string(found->second.fixed ? "false" : "true");
      out += "," + member("refused", found->second.refused);
    }
    return out + ",\"labels\":" + json_list(f.labels, label_json) + "}";
  };
  return "{" + member("limit", budget.limit()) + "," + member("series", census.series) + "," +
         member("samples", census.samples) +
         ",\"families\":" + json_list(census.families, family_json) + "}\n";
}

core::http_handler series_page(const core::exposition& metrics, const core::series_budget& budget) {
  return core::immediate([&metrics, &budget](const core::server_request& request) {
    const auto top = wanted(request);
    if (!top)
      return core::server_response{
          400, "text/plain; charset=utf-8", {}, "top is a number from 1 to 1000\n"};
    const auto census = core::take_census(metrics.render(core::exposition_format::text), *top);
    return core::server_response{200, "application/json", {}, as_json(census, budget)};
  });
}

}  // namespace sidecar
