#include "probe/discovery/file_sd.hpp"

namespace probe {
namespace {

using core::node;

/// Whether it is a list or a map, as it must be.
bool is(bool right, const node& what, const char* expected, core::problems& found) {
  if (!right) found.add(what.at, std::string("found ") + what.kind_name(), expected);
  return right;
}

std::map<std::string, std::string> read_labels(const node& from, core::problems& found) {
  std::map<std::string, std::string> out;
  if (!is(from.is_map(), from, "a map of labels", found)) return out;
  for (const auto& [key, value] : from.members)
    if (is(value.is_scalar(), value, "the value of a label", found)) out[key.text] = value.text;
  return out;
}

void read_group(const node& group, std::vector<found_target>& into, core::problems& found) {
  if (!is(group.is_map(), group, "a group with targets and labels", found)) return;
  for (const auto& [key, value] : group.members)
    if (key.text != "targets" && key.text != "labels")
      found.add(key.at, "unknown key \"" + key.text + "\"", "targets or labels");
  const node* targets = group.find("targets");
  if (!targets) return found.add(group.at, "a group without targets", "targets: [host:port]");
  if (!is(targets->is_sequence(), *targets, "a list of host:port", found)) return;
  const node* labels = group.find("labels");
  const auto shared = labels ? read_labels(*labels, found) : std::map<std::string, std::string>();
  for (const auto& item : targets->items) {
    found_target target;
    if (!item.is_scalar() || !core::parse_address(item.text, target.address) ||
        target.address.host.empty()) {
      found.add(item.at, "\"" + item.text + "\" is no target", "host:port");
      continue;
    }
    target.labels = shared;
    into.push_back(std::move(target));
  }
}

}  // namespace

std::vector<found_target> parse_file_sd(const std::string& file_name, std::string_view text,
                                        core::problems& found) {
  std::vector<found_target> out;
  const auto document = core::document::parse(file_name, text, found);
  if (document.roots().size() > 1)
    found.add({file_name, 1, 1}, "more than one document", "one list of groups");
  for (const auto& root : document.roots()) {
    if (root.is_null() || !is(root.is_sequence(), root, "a list of groups", found)) continue;
    for (const auto& group : root.items) read_group(group, out, found);
  }
  return out;
}

}  // namespace probe
