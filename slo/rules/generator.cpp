#include "slo/rules/generator.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>

#include "slo/rules/rule_tests.hpp"
#include "slo/rules/rule_yaml.hpp"
#include "slo/rules/rules.hpp"

namespace slo {

namespace {

namespace fs = std::filesystem;

std::string seen_from(const std::string& folder, const std::string& file) {
  return fs::absolute(file)
      .lexically_normal()
      .lexically_relative(fs::absolute(folder).lexically_normal())
      .string();
}

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const generated_file& file) {
  if (read_all(file.path) == file.content) return;
  std::ofstream out(file.path, std::ios::binary | std::ios::trunc);
  out << file.content;
  out.flush();
  if (!out) throw std::runtime_error("cannot write " + file.path);
}

bool is_generated(const fs::path& path) {
  std::ifstream in(path);
  std::string first;
  return path.extension() == ".yaml" && std::getline(in, first) && first == generated_marker;
}

void remove_stale(const std::string& folder, const std::set<fs::path>& fresh) {
  std::vector<fs::path> stale;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto path = fs::absolute(entry.path()).lexically_normal();
    if (!fresh.contains(path) && is_generated(path)) stale.push_back(path);
  }
  for (const auto& path : stale) fs::remove(path);
}

}  // namespace

generation generate(const std::vector<objective>& objectives, const generation_folders& to) {
  std::map<std::string, std::vector<const objective*>> by_slo;
  for (const auto& o : objectives) by_slo[o.name].push_back(&o);

  generation out;
  for (const auto& [name, members] : by_slo) {
    const auto rule_file = (fs::path(to.rules) / (name + ".rules.yaml")).string();
    const auto test_file = (fs::path(to.tests) / (name + ".test.yaml")).string();
    std::vector<rule_group> groups;
    std::vector<rule_test> tests;
    for (const auto* o : members) {
      groups.push_back(rules_of(*o));
      if (auto some = tests_of(*o)) {
        std::move(some->begin(), some->end(), std::back_inserter(tests));
      } else {
        out.notes.push_back(o->id + ": no unit tests, because no series can be made up that " +
                            o->counters->part.to_string() + " and " +
                            o->counters->total.to_string() + " select");
      }
    }
    out.files.push_back({rule_file, rule_file_yaml(groups)});
    if (tests.empty()) continue;
    out.files.push_back({test_file, test_file_yaml(seen_from(to.tests, rule_file), tests)});
  }
  return out;
}

void write_generation(const generation& what, const generation_folders& to) {
  std::set<fs::path> fresh;
  for (const auto& folder : {to.rules, to.tests}) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw std::runtime_error("cannot create " + folder + ": " + error.message());
  }
  for (const auto& file : what.files) {
    write_file(file);
    fresh.insert(fs::absolute(file.path).lexically_normal());
  }
  for (const auto& folder : {to.rules, to.tests}) remove_stale(folder, fresh);
}

}  // namespace slo
