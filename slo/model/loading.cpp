#include <algorithm>
#include <filesystem>

#include "slo/model/objective.hpp"

namespace slo {

namespace {

std::vector<std::string> files_of(const std::string& path, reading& how) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const auto extension = entry.path().extension();
    // What is recorded about budgets stands beside the SLOs, and is none (docs/report.md).
    if (entry.path().filename() == corrections_file_name) continue;
    if (extension == ".yaml" || extension == ".yml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    how.problem({path, 0, 0}, "there is no OpenSLO file in this folder", "*.yaml");
  }
  return files;
}

/// Positions refer into files, which are about to go.
void forget_places(sli_metric& metric) {
  const auto forget = [](sli_query& query) { query.at = query.source_at = {}; };
  if (auto* ratio = std::get_if<ratio_metric>(&metric)) {
    forget(ratio->part);
    forget(ratio->total);
  } else if (auto* raw = std::get_if<raw_metric>(&metric)) {
    forget(raw->value);
  } else {
    forget(std::get<threshold_metric>(metric).value);
  }
}

}  // namespace

loaded_objectives load_openslo(const std::vector<std::string>& paths, reading& how) {
  loaded_objectives out;
  for (const auto& path : paths) {
    for (const auto& file : files_of(path, how)) {
      out.files.push_back(core::document::load(file, how.found()));
    }
  }
  for (const auto& file : out.files) {
    if (!file.whole()) continue;  // half a file would be missing half of everything
    for (const auto& root : file.roots()) read_openslo(root, out.documents, how);
  }
  out.objectives = resolve(out.documents, how);
  return out;
}

std::vector<objective> load_objectives(const std::vector<std::string>& paths,
                                       core::problems& found) {
  core::problems unread;
  reading how(profile::strict, found, unread);
  auto loaded = load_openslo(paths, how);
  if (found.empty() && loaded.documents.slos.empty()) {
    found.add({paths.empty() ? std::string_view() : paths.front(), 0, 0}, "there is no SLO here",
              "a document of kind SLO");
  }
  for (auto& o : loaded.objectives) forget_places(o.sli);
  return std::move(loaded.objectives);
}

}  // namespace slo
