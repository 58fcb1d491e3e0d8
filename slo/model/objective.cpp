#include "slo/model/objective.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"

namespace slo {

namespace {

/// Documents of one kind by name; a second one of a name is a problem.
template <class Document>
class by_name {
 public:
  by_name(const std::vector<Document>& documents, const char* kind,
          const metadata& (*meta_of)(const Document&), core::problems& found) {
    for (const auto& document : documents) {
      const auto& meta = meta_of(document);
      const auto [first, added] = map_.emplace(meta.name, &document);
      if (added) continue;
      const auto& at = meta_of(*first->second).at;
      found.add(meta.at, "there is another " + std::string(kind) + " named " + meta.name,
                "a name of its own; the other one is at " + std::string(at.file) + ":" +
                    std::to_string(at.line));
    }
  }
  const Document* find(const std::string& name) const {
    const auto at = map_.find(name);
    return at == map_.end() ? nullptr : at->second;
  }
  std::string names() const {
    std::string out;
    for (const auto& [name, document] : map_) out += (out.empty() ? "" : ", ") + name;
    return out.empty() ? "there is none" : out;
  }

 private:
  std::map<std::string, const Document*> map_;
};

const metadata& meta_of_service(const service_document& d) {
  return d.meta;
}
const metadata& meta_of_sli(const sli_document& d) {
  return d.value.meta;
}
const metadata& meta_of_slo(const slo_document& d) {
  return d.meta;
}

/// With everything failing, the error ratio is 1: a threshold of 1 or more is never exceeded.
void check_alerts_can_fire(const objective& o, const core::position& at, core::problems& found) {
  for (const auto& window : alert_windows(o.period_minutes())) {
    const double threshold = window.factor.to_double() * o.budget().to_double();
    if (threshold < 1) continue;
    found.add(at,
              "the alert on " + span_label(window.long_minutes) +
                  " could never fire: " + window.factor.to_string() + " times the budget of " +
                  o.budget().to_string() + " is more than all events",
              "a target above " +
                  decimal(1, 0)
                      .times(10000, static_cast<std::int64_t>(window.factor.to_double() * 10000), 4)
                      .complement()
                      .to_string());
    return;
  }
}

std::string display_name(const slo_document& slo, const objective_document& o) {
  const auto& name = slo.meta.display_name.empty() ? slo.meta.name : slo.meta.display_name;
  if (slo.objectives.size() == 1) return name;
  return name + ", " + (o.display_name.empty() ? o.target.to_string() : o.display_name);
}

std::optional<counter_ratio> counters_of(const sli_metric& from) {
  const auto* ratio = std::get_if<ratio_metric>(&from);
  if (!ratio || !ratio->exact()) return std::nullopt;
  return counter_ratio{ratio->part_is, ratio->part.counter->counter, ratio->total.counter->counter};
}

void append_objectives(const slo_document& slo, const indicator& sli, std::vector<objective>& out,
                       core::problems& found) {
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    const auto& from = slo.objectives[i];
    objective o;
    o.id = i == 0 ? slo.meta.name : slo.meta.name + "-" + std::to_string(i + 1);
    o.service = slo.service.name;
    o.name = slo.meta.name;
    o.display_name = display_name(slo, from);
    o.description = slo.description;
    o.target = from.target;
    o.labels = slo.meta.labels;
    o.period = slo.period;
    o.sli = sli.metric;
    o.counters = counters_of(sli.metric);
    check_alerts_can_fire(o, from.at, found);
    out.push_back(std::move(o));
  }
}

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Two SLOs `a` and `a-2` could claim the same id when `a` has two objectives.
void check_ids(const std::vector<objective>& objectives, const openslo_documents& documents,
               core::problems& found) {
  std::map<std::string, std::string> owner;
  for (const auto& o : objectives) {
    const auto [first, added] = owner.emplace(o.id, o.name);
    if (added || first->second == o.name) continue;
    for (const auto& slo : documents.slos) {
      if (slo.meta.name != o.name) continue;
      found.add(slo.meta.at,
                "the SLOs " + first->second + " and " + o.name + " would share the id " + o.id,
                "another name");
    }
  }
}

std::vector<std::string> files_of(const std::string& path, core::problems& found) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const auto extension = entry.path().extension();
    if (extension == ".yaml" || extension == ".yml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    found.add({path, 0, 0}, "there is no OpenSLO file in this folder", "*.yaml");
  }
  return files;
}

}  // namespace

std::vector<objective> resolve(const openslo_documents& documents, core::problems& found) {
  const by_name services(documents.services, "Service", meta_of_service, found);
  const by_name slis(documents.slis, "SLI", meta_of_sli, found);
  const by_name slos(documents.slos, "SLO", meta_of_slo, found);

  std::vector<objective> out;
  for (const auto& slo : documents.slos) {
    // One SLO file alone is complete enough; beside services, a name must be one of theirs.
    if (!documents.services.empty() && !slo.service.name.empty() &&
        !services.find(slo.service.name)) {
      found.add(slo.service.at, "there is no Service named " + slo.service.name, services.names());
    }
    if (const auto* inlined = std::get_if<indicator>(&*slo.sli)) {
      append_objectives(slo, *inlined, out, found);
      continue;
    }
    const auto& wanted = std::get<reference>(*slo.sli);
    if (const auto* sli = slis.find(wanted.name)) {
      append_objectives(slo, sli->value, out, found);
    } else if (!wanted.name.empty() && !contains(documents.broken_slis, wanted.name)) {
      found.add(wanted.at, "there is no SLI named " + wanted.name, slis.names());
    }
  }
  check_ids(out, documents, found);
  return out;
}

std::vector<objective> load_objectives(const std::vector<std::string>& paths,
                                       core::problems& found) {
  std::vector<core::document> files;  // positions refer into them until the problems are written
  openslo_documents documents;
  for (const auto& path : paths) {
    for (const auto& file : files_of(path, found)) {
      files.push_back(core::document::load(file, found));
    }
  }
  for (const auto& file : files) {
    if (!file.whole()) continue;  // half a file would be missing half of everything
    for (const auto& root : file.roots()) read_openslo(root, documents, found);
  }
  if (found.empty() && documents.slos.empty()) {
    found.add({paths.empty() ? std::string_view() : paths.front(), 0, 0}, "there is no SLO here",
              "a document of kind SLO");
  }
  return resolve(documents, found);
}

}  // namespace slo
