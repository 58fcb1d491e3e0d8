#include "slo/rules/rule_difference.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/json_writer.hpp"
#include "slo/rules/canonical_promql.hpp"

namespace slo {

namespace {

struct placed_rule {
  const rule_group* group;
  const rule* what;
};
using rules_by_identity = std::map<std::string, placed_rule>;

std::string identity(const rule& r) {
  auto labels = r.labels;
  std::sort(labels.begin(), labels.end());
  return (r.is == rule::kind::alert ? "alert " : "record ") + series_text(r.name, labels);
}

rules_by_identity index(const std::vector<rule_group>& groups) {
  rules_by_identity out;
  for (const auto& group : groups) {
    for (const auto& r : group.rules) out.try_emplace(identity(r), placed_rule{&group, &r});
  }
  return out;
}

void note(std::vector<property_change>& into, std::string property, const std::string& deployed,
          const std::string& generated) {
  if (deployed != generated) into.push_back({std::move(property), deployed, generated});
}

void note_annotations(std::vector<property_change>& into, const label_list& deployed,
                      const label_list& generated) {
  std::map<std::string, std::pair<std::string, std::string>> both;
  for (const auto& [name, text] : deployed) both[name].first = text;
  for (const auto& [name, text] : generated) both[name].second = text;
  for (const auto& [name, texts] : both) {
    note(into, "annotation " + name, texts.first, texts.second);
  }
}

std::vector<property_change> changes_of(const placed_rule& deployed, const placed_rule& generated) {
  std::vector<property_change> out;
  note(out, "group", deployed.group->name, generated.group->name);
  const auto& before = deployed.what->expression;
  const auto& after = generated.what->expression;
  if (before != after && canonical_promql(before) != canonical_promql(after)) {
    out.push_back({"expr", before, after});
  }
  // Durations are canonical as expressions are.
  if (canonical_promql(deployed.what->hold) != canonical_promql(generated.what->hold)) {
    out.push_back({"for", deployed.what->hold, generated.what->hold});
  }
  note_annotations(out, deployed.what->annotations, generated.what->annotations);
  return out;
}

/// The identities of a group's rules that `known` has too, one a line.
std::string order_of(const rule_group& group, const rules_by_identity& known) {
  std::string out;
  for (const auto& r : group.rules) {
    const auto id = identity(r);
    const auto there = known.find(id);
    if (there != known.end() && there->second.group->name == group.name) out += id + "\n";
  }
  return out;
}

/// What a group has changed as a whole; its rules depend on each other, so their order counts.
std::vector<property_change> changes_of(const rule_group& deployed, const rule_group& generated,
                                        const rules_by_identity& before,
                                        const rules_by_identity& after) {
  std::vector<property_change> out;
  if (canonical_promql(deployed.interval) != canonical_promql(generated.interval)) {
    out.push_back({"interval", deployed.interval, generated.interval});
  }
  note(out, "order", order_of(deployed, after), order_of(generated, before));
  return out;
}

class comparison_run {
 public:
  comparison_run(const std::vector<rule_group>& deployed, const std::vector<rule_group>& generated)
      : deployed_(deployed), before_(index(deployed)), after_(index(generated)) {
    for (const auto& group : generated) add_group(group);
    add_removed();
  }
  rule_difference take() && { return std::move(out_); }

 private:
  void add_group(const rule_group& group) {
    const auto was = std::find_if(deployed_.begin(), deployed_.end(),
                                  [&](const auto& g) { return g.name == group.name; });
    if (was != deployed_.end()) {
      auto properties = changes_of(*was, group, before_, after_);
      if (!properties.empty()) {
        out_.changes.push_back(
            {rule_change::kind::changed, group.name, {}, {}, std::move(properties)});
      }
    }
    for (const auto& r : group.rules) add_rule(group, r);
  }

  void add_rule(const rule_group& group, const rule& r) {
    const auto was = before_.find(identity(r));
    if (was == before_.end()) {
      out_.changes.push_back({rule_change::kind::added, group.name, r.name, r.labels, {}});
      return;
    }
    auto properties = changes_of(was->second, {&group, &r});
    if (properties.empty()) {
      ++out_.same;
      return;
    }
    out_.changes.push_back(
        {rule_change::kind::changed, group.name, r.name, r.labels, std::move(properties)});
  }

  void add_removed() {
    for (const auto& group : deployed_) {
      for (const auto& r : group.rules) {
        if (after_.contains(identity(r))) continue;
        out_.changes.push_back({rule_change::kind::removed, group.name, r.name, r.labels, {}});
      }
    }
  }

  const std::vector<rule_group>& deployed_;
  rules_by_identity before_;
  rules_by_identity after_;
  rule_difference out_;
};

const char* word(rule_change::kind kind) {
  switch (kind) {
    case rule_change::kind::added: return "added";
    case rule_change::kind::removed: return "removed";
    case rule_change::kind::changed: return "changed";
  }
  return "";
}

char sign(rule_change::kind kind) {
  return kind == rule_change::kind::added ? '+' : kind == rule_change::kind::removed ? '-' : '~';
}

/// Text of several lines below its heading.
void append_indented(std::string& out, char sign, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out.append("      ").append(1, sign).append(" ").append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string properties_json(const std::vector<property_change>& properties) {
  core::json_list out;
  for (const auto& p : properties) {
    out.add(core::json_object()
                .text("property", p.property)
                .text("deployed", p.deployed)
                .text("generated", p.generated)
                .take());
  }
  return out.take();
}

std::string labels_json(const label_list& labels) {
  core::json_object out;
  for (const auto& [name, value] : labels) out.text(name, value);
  return out.take();
}

}  // namespace

std::size_t rule_difference::count(rule_change::kind kind) const {
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [&](const auto& c) { return c.is == kind; }));
}

rule_difference compare(const std::vector<rule_group>& deployed,
                        const std::vector<rule_group>& generated) {
  return comparison_run(deployed, generated).take();
}

std::string difference_text(const rule_difference& found) {
  std::string out;
  for (const auto& change : found.changes) {
    out.append(1, sign(change.is)).append(" ").append(change.group);
    if (!change.name.empty()) out.append("  ").append(series_text(change.name, change.labels));
    out += '\n';
    for (const auto& p : change.properties) {
      out.append("    ").append(p.property).append(":\n");
      append_indented(out, '-', p.deployed);
      append_indented(out, '+', p.generated);
    }
  }
  for (const auto kind :
       {rule_change::kind::added, rule_change::kind::removed, rule_change::kind::changed}) {
    out.append(std::to_string(found.count(kind))).append(" ").append(word(kind)).append(", ");
  }
  return out + std::to_string(found.same) + " as deployed\n";
}

std::string difference_json(const rule_difference& found) {
  core::json_list changes;
  for (const auto& change : found.changes) {
    changes.add(core::json_object()
                    .text("change", word(change.is))
                    .text("group", change.group)
                    .text("name", change.name)
                    .raw("labels", labels_json(change.labels))
                    .raw("properties", properties_json(change.properties))
                    .take());
  }
  const auto counted = [&](rule_change::kind kind) {
    return static_cast<std::int64_t>(found.count(kind));
  };
  return core::json_object()
      .count("same", static_cast<std::int64_t>(found.same))
      .count("added", counted(rule_change::kind::added))
      .count("removed", counted(rule_change::kind::removed))
      .count("changed", counted(rule_change::kind::changed))
      .raw("changes", changes.take())
      .take();
}

}  // namespace slo
