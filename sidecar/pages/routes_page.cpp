#include "sidecar/pages/routes_page.hpp"

#include <algorithm>
#include <charconv>

#include "core/exposition.hpp"
#include "core/json_text.hpp"
#include "core/series_census.hpp"
#include "sidecar/pages/accepts.hpp"

namespace sidecar {
namespace {

std::string counted(std::uint64_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

std::string requests_of(const routes_report& report, const std::string& route) {
  const auto found = report.requests.find(route);
  return counted(found == report.requests.end() ? 0 : found->second, "request");
}

std::string list_of(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const auto& word : words) out += (out.size() > 1 ? ", " : "") + word;
  return out + "]";
}

/// A list of JSON values, already written.
std::string json_list(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const auto& value : values) out += (out.size() > 1 ? "," : "") + value;
  return out + "]";
}

std::string json_counts(const std::map<std::string, std::uint64_t>& counts) {
  std::string out = "{";
  for (const auto& [name, n] : counts)
    out += (out.size() > 1 ? "," : "") + core::json_string(name) + ":" + std::to_string(n);
  return out + "}";
}

std::string json_strings(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const auto& word : words) out.push_back(core::json_string(word));
  return json_list(out);
}

/// The methods of an entry whose methods have no labels of their own configuration could name.
std::vector<std::string> nameable(std::vector<std::string> methods) {
  std::erase(methods, std::string(method_label(other_method)));
  return methods;
}

routes_report report_of(proxy& of, const core::exposition& metrics) {
  routes_report out;
  for (const auto& settings : of.settings()) {
    auto& l = out.listeners.emplace_back();
    l.name = settings->name;
    for (const auto& route : settings->routes) l.routes.push_back(route.label);
    l.routes.pop_back();
  }
  const route_learner& learner = of.learner();
  out.learned = learner.list();
  out.conflicts = learner.conflicts();
  for (std::size_t i = 1; i < route_refusal_count; ++i) {
    const auto why = static_cast<route_refusal>(i);
    if (const auto n = learner.refused(why)) out.refused[to_label(why)] = n;
  }
  out.requests = requests_by_route(metrics.render(core::exposition_format::text));
  return out;
}

}  // namespace

std::string as_yaml(const routes_report& report) {
  std::string out;
  for (const auto& listener : report.listeners) {
    out += "# configured for " + core::json_string(listener.name) + ":";
    if (listener.routes.empty()) out += " none";
    out += "\n";
    for (const auto& route : listener.routes)
      out += "#   " + route + "  (" + requests_of(report, route) + ")\n";
  }
  out += "# everything else: " + requests_of(report, "other") + "\n";
  if (!report.conflicts.empty()) out += "# conflicts, which are `other`:\n";
  for (const auto& conflict : report.conflicts) out += "#   " + conflict + "\n";
  if (!report.refused.empty()) out += "# not learned, by reason:\n";
  for (const auto& [reason, n] : report.refused)
    out += "#   " + reason + ": " + counted(n, "span") + "\n";
  out += "# learned, to be committed below a listener:\n";
  if (report.learned.empty()) return out + "routes: []\n";
  out += "routes:\n";
  for (const auto& entry : report.learned) {
    const auto methods = nameable(entry.methods);
    const bool none = methods.empty();  // configuration cannot say _OTHER alone
    out += none ? "# - " : "- ";
    out += "{route: " + core::json_string(entry.route);
    if (!none) out += ", methods: " + list_of(methods);
    out += "}  # " + requests_of(report, entry.route) + ", " + counted(entry.spans, "span") + "\n";
  }
  return out;
}

std::string as_json(const routes_report& report) {
  const auto requests = [&](const std::string& route) {
    const auto found = report.requests.find(route);
    return std::to_string(found == report.requests.end() ? 0 : found->second);
  };
  std::vector<std::string> listeners, learned;
  for (const auto& listener : report.listeners) {
    std::vector<std::string> routes;
    for (const auto& route : listener.routes)
      routes.push_back("{\"route\":" + core::json_string(route) +
                       ",\"requests\":" + requests(route) + "}");
    listeners.push_back("{\"listener\":" + core::json_string(listener.name) +
                        ",\"routes\":" + json_list(routes) + "}");
  }
  for (const auto& entry : report.learned)
    learned.push_back("{\"route\":" + core::json_string(entry.route) + ",\"methods\":" +
                      json_strings(entry.methods) + ",\"requests\":" + requests(entry.route) +
                      ",\"spans\":" + std::to_string(entry.spans) + "}");
  return "{\"configured\":" + json_list(listeners) + ",\"learned\":" + json_list(learned) +
         ",\"conflicts\":" + json_strings(report.conflicts) +
         ",\"refused\":" + json_counts(report.refused) + ",\"other\":" + requests("other") + "}\n";
}

std::map<std::string, std::uint64_t> requests_by_route(std::string_view exposition) {
  std::map<std::string, std::uint64_t> out;
  while (!exposition.empty()) {
    const auto line = exposition.substr(0, exposition.find('\n'));
    exposition.remove_prefix(std::min(exposition.size(), line.size() + 1));
    if (!line.starts_with("http_server_request_duration_seconds_count{")) continue;
    const auto sample = core::parse_sample_line(line);
    if (!sample) continue;
    std::uint64_t n = 0;
    std::from_chars(sample->value.data(), sample->value.data() + sample->value.size(), n);
    for (auto rest = sample->labels; const auto label = core::take_label(rest);)
      if (label->name == "http_route") out[std::string(label->value)] += n;
  }
  return out;
}

core::http_handler routes_page(proxy& of, const core::exposition& metrics) {
  return core::immediate([&of, &metrics](const core::server_request& request) {
    const auto report = report_of(of, metrics);
    if (accepts_json(request))
      return core::server_response{200, "application/json", {}, as_json(report)};
    return core::server_response{200, "application/yaml", {}, as_yaml(report)};
  });
}

}  // namespace sidecar
