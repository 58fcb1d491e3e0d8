#pragma once

#include <map>
#include <string>
#include <vector>

#include "slo/format/openslo.hpp"

namespace slo {

/// Documents of one kind by name; a second one of a name is a problem.
template <class Document>
class by_name {
 public:
  by_name(const std::vector<Document>& documents, const char* kind,
          const metadata& (*meta_of)(const Document&), reading& how)
      : kind_(kind) {
    for (const auto& document : documents) {
      const auto& meta = meta_of(document);
      const auto [first, added] = map_.emplace(meta.name, &document);
      if (added) continue;
      const auto& at = meta_of(*first->second).at;
      how.problem(meta.at, "there is another " + kind_ + " named " + meta.name,
                  "a name of its own; the other one is at " + std::string(at.file) + ":" +
                      std::to_string(at.line));
    }
  }

  bool empty() const noexcept { return map_.empty(); }
  const Document* find(const std::string& name) const {
    const auto at = map_.find(name);
    return at == map_.end() ? nullptr : at->second;
  }
  /// "there is no KIND named NAME".
  std::string missing(const std::string& name) const {
    return "there is no " + kind_ + " named " + name;
  }
  std::string names() const {
    std::string out;
    for (const auto& [name, document] : map_) out += (out.empty() ? "" : ", ") + name;
    return out.empty() ? "a document of kind " + kind_ : out;
  }

 private:
  std::string kind_;
  std::map<std::string, const Document*> map_;
};

template <class Document>
const metadata& meta_of(const Document& d) {
  return d.meta;
}
inline const metadata& meta_of_sli(const sli_document& d) {
  return d.value.meta;
}

/// All documents, each kind by name.
struct references {
  references(const openslo_documents& documents, reading& how)
      : services(documents.services, "Service", meta_of<service_document>, how),
        slis(documents.slis, "SLI", meta_of_sli, how),
        slos(documents.slos, "SLO", meta_of<slo_document>, how),
        sources(documents.data_sources, "DataSource", meta_of<data_source_document>, how),
        policies(documents.policies, "AlertPolicy", meta_of<alert_policy_document>, how),
        conditions(documents.conditions, "AlertCondition", meta_of<alert_condition_document>, how),
        targets(documents.targets, "AlertNotificationTarget", meta_of<notification_target_document>,
                how) {}

  by_name<service_document> services;
  by_name<sli_document> slis;
  by_name<slo_document> slos;
  by_name<data_source_document> sources;
  by_name<alert_policy_document> policies;
  by_name<alert_condition_document> conditions;
  by_name<notification_target_document> targets;
};

}  // namespace slo
