#include "slo/rules/generated_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "core/file_io.hpp"
#include "slo/rules/rule_reader.hpp"

namespace slo {

namespace {

namespace fs = std::filesystem;

bool has(const std::string& path, const std::string& content) {
  std::error_code error;
  return fs::file_size(path, error) == content.size() && !error && core::contents(path) == content;
}

/// Whether it had to be written.
bool write_file(const generated_file& file) {
  if (has(file.path, file.content)) return false;
  std::ofstream out(file.path, std::ios::binary | std::ios::trunc);
  out << file.content;
  out.flush();
  if (!out) throw std::runtime_error("cannot write " + file.path);
  return true;
}

bool is_generated(const fs::path& path) {
  std::ifstream in(path);
  std::string first;
  return path.extension() == ".yaml" && std::getline(in, first) && first == generated_marker;
}

/// What an earlier run generated into a folder, but for `fresh`.
std::vector<fs::path> generated_in(const std::string& folder, const std::set<fs::path>& fresh) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    auto path = entry.path().lexically_normal();
    if (!fresh.contains(path) && is_generated(path)) out.push_back(std::move(path));
  }
  std::sort(out.begin(), out.end());
  return out;
}

void remove_stale(const std::string& folder, const std::set<fs::path>& fresh, written_files& out) {
  for (const auto& path : generated_in(folder, fresh)) {
    fs::remove(path);
    out.removed.push_back(path.string());
  }
}

}  // namespace

written_files write_generation(const generation& what, const generation_folders& to) {
  written_files out;
  std::set<fs::path> fresh;
  for (const auto& folder : {to.rules, to.tests}) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw std::runtime_error("cannot create " + folder + ": " + error.message());
  }
  for (const auto& file : what.files) {
    (write_file(file) ? out.written : out.same).push_back(file.path);
    fresh.insert(fs::path(file.path).lexically_normal());
  }
  for (const auto& folder : {to.rules, to.tests}) remove_stale(folder, fresh, out);
  return out;
}

std::vector<rule_group> read_generated(const std::string& folder, core::problems& found) {
  std::vector<rule_group> out;
  if (!fs::is_directory(folder)) return out;
  for (const auto& path : generated_in(folder, {})) {
    if (!path.string().ends_with(".rules.yaml")) continue;
    auto groups = read_rule_groups(core::document::load(path.string(), found), found);
    out.insert(out.end(), std::make_move_iterator(groups.begin()),
               std::make_move_iterator(groups.end()));
  }
  return out;
}

}  // namespace slo
