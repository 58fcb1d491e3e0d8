#include <charconv>
#include <filesystem>
#include <iostream>
#include <optional>

#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "slo/commands/arguments.hpp"
#include "slo/commands/ask_prometheus.hpp"
#include "slo/commands/commands.hpp"
#include "slo/commands/kubernetes_arguments.hpp"
#include "slo/rules/generated_files.hpp"
#include "slo/rules/refusals.hpp"
#include "slo/rules/rule_difference.hpp"

namespace slo {

namespace {

rule_format format_argument(const std::string& text) {
  if (text == "rules") return rule_format::rules;
  if (text == "prometheusrule") return rule_format::prometheus_rule;
  throw usage_error("--format is unknown: " + text + " (expected rules or prometheusrule)");
}

rule_names names_argument(const std::string& text) {
  if (text == "remora") return rule_names::remora;
  if (text == "sloth") return rule_names::sloth;
  throw usage_error("--names is unknown: " + text + " (expected remora or sloth)");
}

/// A base: names are put behind its last slash.
std::string runbooks_argument(const std::string& text) {
  if (text.empty()) throw usage_error("--runbooks is empty (expected a URL or a folder)");
  return text.ends_with('/') ? text : text + "/";
}

int least_argument(const std::string& text) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec == std::errc() && parsed.ptr == end && value >= 1 && value <= 1000) return value;
  throw usage_error("--least-bad-events is out of range: " + text + " (expected 1 to 1000)");
}

generation_options options_of(const generate_arguments& given) {
  const auto tests = std::filesystem::path(given.out) / "tests";
  generation_options out{{given.out, given.tests.value_or(tests.string())},
                         format_argument(given.format),
                         names_argument(given.names)};
  if (out.format == rule_format::rules && (given.namespace_name || !given.labels.empty())) {
    throw usage_error("--namespace and --label are for --format prometheusrule");
  }
  if (given.namespace_name) out.resource.namespace_name = namespace_argument(*given.namespace_name);
  for (const auto& label : given.labels) out.resource.labels.push_back(label_argument(label));
  if (given.runbooks) out.rules.runbooks = runbooks_argument(*given.runbooks);
  if (given.least_bad_events) out.rules.least_bad_events = least_argument(*given.least_bad_events);
  return out;
}

/// What rules cannot be made for is refused, all of it at once.
void require_rules(const std::vector<objective>& objectives) {
  const auto reasons = refused_for_rules(objectives);
  for (const auto& reason : reasons) std::cerr << "remora-slo: " << reason << "\n";
  if (!reasons.empty()) throw data_error{};
}

/// Whether a rule that Prometheus has loaded is one that we would have generated.
bool is_ours(const rule& r) {
  for (const auto& [name, value] : r.labels) {
    if (name == "slo_id") return true;
  }
  return false;
}

std::vector<rule_group> only_ours(std::vector<rule_group> groups) {
  for (auto& group : groups) {
    std::erase_if(group.rules, [](const rule& r) { return !is_ours(r); });
  }
  std::erase_if(groups, [](const rule_group& group) { return group.rules.empty(); });
  return groups;
}

using loaded_groups = boost::system::result<std::vector<rule_group>, prometheus_failure>;

loaded_groups loaded_by(const core::base_url& where) {
  std::optional<loaded_groups> out;
  const std::function<core::task<>(prometheus_client&)> body =
      [&](prometheus_client& client) -> core::task<> { out.emplace(co_await client.rules()); };
  ask_prometheus(where, body);
  return std::move(*out);
}

std::vector<rule_group> generated_into(const std::string& folder) {
  core::problems found;
  auto groups = read_generated(folder, found);
  if (found.empty()) return groups;
  std::cerr << found.to_string();
  throw data_error{};
}

int say_difference(const std::vector<rule_group>& deployed,
                   const std::vector<rule_group>& generated, bool json) {
  const auto found = compare(deployed, generated);
  std::cout << (json ? difference_json(found) + "\n" : difference_text(found));
  return found.empty() ? core::exit_pass : core::exit_fail;
}

int diff(const generate_arguments& given, const std::vector<objective>& objectives,
         const generation_options& options) {
  const auto generated = generate_groups(objectives, options.names, options.rules);
  if (given.prometheus.empty()) {
    return say_difference(generated_into(given.out), generated, given.json);
  }
  const auto where = prometheus_argument(given.prometheus);
  auto deployed = loaded_by(where);
  if (deployed.has_error()) return unreachable(where, deployed.error());
  return say_difference(only_ours(std::move(*deployed)), generated, given.json);
}

std::string texts_json(const std::vector<std::string>& texts) {
  core::json_list out;
  for (const auto& text : texts) out.add(core::json_string(text));
  return out.take();
}

void say_written(const generation& generated, const written_files& done, bool json) {
  if (json) {
    std::cout << core::json_object()
                     .raw("written", texts_json(done.written))
                     .raw("same", texts_json(done.same))
                     .raw("removed", texts_json(done.removed))
                     .raw("notes", texts_json(generated.notes))
                     .take()
              << "\n";
    return;
  }
  for (const auto& file : generated.files) std::cout << file.path << "\n";
  for (const auto& note : generated.notes) std::cerr << "remora-slo: " << note << "\n";
}

}  // namespace

int generate_command(const generate_arguments& given) {
  return run_command([&] {
    if (given.out.empty() && (!given.diff || given.prometheus.empty())) {
      throw usage_error("--out is missing");
    }
    if (!given.prometheus.empty() && !given.diff) {
      throw usage_error("--prometheus is for --diff: rules are generated without it");
    }
    const auto options = options_of(given);
    const auto objectives = load(given.paths);
    require_rules(objectives);
    if (given.diff) return diff(given, objectives, options);
    const auto generated = generate(objectives, options);
    say_written(generated, write_generation(generated, options.to), given.json);
    return static_cast<int>(core::exit_pass);
  });
}

}  // namespace slo
