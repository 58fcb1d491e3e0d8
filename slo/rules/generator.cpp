#include "slo/rules/generator.hpp"

#include <filesystem>
#include <iterator>
#include <map>

#include "slo/rules/rule_tests.hpp"
#include "slo/rules/sloth_names.hpp"

namespace slo {

namespace {

namespace fs = std::filesystem;
using objectives_of_slo = std::vector<const objective*>;

fs::path seen_from(const std::string& folder, const std::string& other) {
  return fs::absolute(other).lexically_normal().lexically_relative(
      fs::absolute(folder).lexically_normal());
}

/// In the order of their names, each with its objectives as they were written.
std::map<std::string, objectives_of_slo> by_slo(const std::vector<objective>& objectives) {
  std::map<std::string, objectives_of_slo> out;
  for (const auto& o : objectives) out[o.name].push_back(&o);
  return out;
}

template <class T>
void append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<rule_group> groups_of(const objectives_of_slo& members, rule_names names,
                                  const rule_options& options) {
  auto groups = rules_of(members, options);
  return names == rule_names::sloth ? with_sloth_names(members, std::move(groups))
                                    : std::move(groups);
}

/// Writes the files of one SLO after the other.
class generator {
 public:
  explicit generator(const generation_options& options)
      : options_(options),
        rules_seen_(options.format == rule_format::rules
                        ? seen_from(options.to.tests, options.to.rules)
                        : fs::path()) {}

  void add(const std::string& name, const objectives_of_slo& members) {
    const auto groups = groups_of(members, options_.names, options_.rules);
    const auto tests = tests_of_slo(members);
    const auto rules = name + ".rules.yaml";
    add_file(options_.to.rules, rules, rules_text(name, groups));
    if (tests.empty()) return;
    if (options_.format == rule_format::prometheus_rule) {
      add_file(options_.to.tests, rules, rule_file_yaml(groups));
    }
    const auto seen = (rules_seen_ / rules).lexically_normal().string();
    std::vector<std::string> order;
    for (const auto& group : groups) order.push_back(group.name);
    add_file(options_.to.tests, name + ".test.yaml", test_file_yaml(seen, order, tests));
  }
  generation take() && { return std::move(out_); }

 private:
  std::vector<rule_test> tests_of_slo(const objectives_of_slo& members) {
    std::vector<rule_test> tests;
    for (const auto* o : members) {
      auto some = tests_of(*o, members, options_.rules);
      append(tests, std::move(some.tests));
      append(out_.notes, std::move(some.notes));
    }
    return options_.names == rule_names::sloth ? with_sloth_names(members, std::move(tests))
                                               : std::move(tests);
  }

  std::string rules_text(const std::string& name, const std::vector<rule_group>& groups) const {
    if (options_.format == rule_format::rules) return rule_file_yaml(groups);
    auto metadata = options_.resource;
    metadata.name = "slo-" + name;
    return prometheus_rule_yaml(groups, metadata);
  }

  void add_file(const std::string& folder, const std::string& name, std::string content) {
    out_.files.push_back({(fs::path(folder) / name).string(), std::move(content)});
  }

  const generation_options& options_;
  fs::path rules_seen_;  ///< the folder of the rules, as seen from the tests'
  generation out_;
};

}  // namespace

generation generate(const std::vector<objective>& objectives, const generation_options& options) {
  generator out(options);
  for (const auto& [name, members] : by_slo(objectives)) out.add(name, members);
  return std::move(out).take();
}

std::vector<rule_group> generate_groups(const std::vector<objective>& objectives, rule_names names,
                                        const rule_options& options) {
  std::vector<rule_group> out;
  for (const auto& [name, members] : by_slo(objectives)) {
    append(out, groups_of(members, names, options));
  }
  return out;
}

}  // namespace slo
