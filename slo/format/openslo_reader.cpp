#include <array>

#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

void read_service_document(metadata meta, const core::node& spec, openslo_documents& into,
                           reading& how) {
  field_reader fields(spec, "the service's spec", how.found());
  auto description = fields.text("description", description_limit);
  fields.finish();
  into.services.push_back({std::move(meta), std::move(description)});
}

void read_sli_document(metadata meta, const core::node& spec, openslo_documents& into,
                       reading& how) {
  auto name = meta.name;
  if (auto value = read_indicator_spec(std::move(meta), spec, how)) {
    into.slis.push_back({std::move(*value)});
  } else {
    into.broken_slis.push_back(std::move(name));
  }
}

void read_slo_document(metadata meta, const core::node& spec, openslo_documents& into,
                       reading& how) {
  if (auto slo = read_slo_spec(std::move(meta), spec, how)) into.slos.push_back(*std::move(slo));
}

/// Details are free, and may be secrets: only the scalars on top are kept, and never shown.
std::map<std::string, std::string> details_of(const core::node& from) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : from.members) {
    if (value.is_scalar()) out.emplace(key.text, value.text);
  }
  for (const auto& item : from.items) out.merge(details_of(item));
  return out;
}

void read_data_source(metadata meta, const core::node& spec, openslo_documents& into,
                      reading& how) {
  field_reader fields(spec, "the data source's spec", how.found());
  data_source_document out{std::move(meta), {}, {}, {}};
  out.description = fields.text("description", description_limit);
  out.type = fields.required_text("type", "Prometheus");
  if (const auto* details = fields.required("connectionDetails", "connectionDetails: {url}")) {
    out.connection = details_of(*details);
  }
  fields.finish();
  into.data_sources.push_back(std::move(out));
}

void read_policy(metadata meta, const core::node& spec, openslo_documents& into, reading& how) {
  into.policies.push_back(read_alert_policy_spec(std::move(meta), spec, how));
}

void read_condition(metadata meta, const core::node& spec, openslo_documents& into, reading& how) {
  into.conditions.push_back(read_alert_condition_spec(std::move(meta), spec, how));
}

void read_target(metadata meta, const core::node& spec, openslo_documents& into, reading& how) {
  into.targets.push_back(read_notification_target_spec(std::move(meta), spec, how));
}

struct document_kind {
  const char* name;
  void (*read)(metadata, const core::node&, openslo_documents&, reading&);
};

constexpr std::array kinds = {
    document_kind{"SLO", read_slo_document},
    document_kind{"SLI", read_sli_document},
    document_kind{"Service", read_service_document},
    document_kind{"DataSource", read_data_source},
    document_kind{"AlertPolicy", read_policy},
    document_kind{"AlertCondition", read_condition},
    document_kind{"AlertNotificationTarget", read_target},
};

const document_kind* find_kind(const core::node& name, reading& how) {
  std::string names;
  for (const auto& kind : kinds) {
    if (name.is_scalar() && name.text == kind.name) return &kind;
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  }
  how.problem(name.at, "there is no kind " + name.text, names);
  return nullptr;
}

void read_document(const core::node& from, openslo_documents& into, reading& how) {
  field_reader fields(from, "the document", how.found());
  if (!fields.usable()) return;
  const auto* version = fields.required("apiVersion", "openslo/v1");
  if (version && version->text != "openslo/v1") {
    how.problem(version->at, "apiVersion is " + version->text, "openslo/v1");
  }
  const auto* kind = fields.required("kind", "SLO, SLI, Service …");
  const auto* meta = fields.required("metadata", "metadata: {name}");
  const bool service = kind && kind->text == "Service";
  const auto* spec = service ? fields.optional("spec") : fields.required("spec", "spec");
  fields.finish();
  const auto* known = kind ? find_kind(*kind, how) : nullptr;
  if (!known || !meta) return;
  auto parsed = read_metadata(*meta, how);
  // A service has nothing that must be said.
  core::node nothing;
  nothing.kind = core::node_kind::map;
  nothing.at = from.at;
  if (spec || service) known->read(std::move(parsed), spec ? *spec : nothing, into, how);
}

}  // namespace

void read_openslo(const core::node& from, openslo_documents& into, reading& how) {
  if (!from.is_sequence()) return read_document(from, into, how);
  for (const auto& item : from.items) read_document(item, into, how);
}

void read_openslo(const core::node& from, openslo_documents& into, core::problems& found) {
  core::problems unread;
  reading how(profile::strict, found, unread);
  read_openslo(from, into, how);
}

}  // namespace slo
