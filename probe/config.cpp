#include "probe/config.hpp"

#include <fstream>

namespace probe {
namespace {

void check_files(const tls_settings& tls, const core::node& from, core::reading& r) {
  const auto check = [&](const char* key, const file_path& file, const char* what) {
    if (!file.empty() && !std::ifstream(file.path))
      r.found.add(from.find(key)->at, "cannot read " + file.path, what);
  };
  check("ca", tls.ca, "a PEM file with certificates");
  check("certificate", tls.certificate, "a PEM file with certificates");
  check("key", tls.key, "a PEM file with a key");
}

}  // namespace

void check_tls(const probe_config& c, const core::node& from, core::reading& r) {
  if (const core::node* tls = from.find("tls")) check_files(c.tls, *tls, r);
  const core::node* list = from.find("target_tls");
  if (!list) return;
  for (const auto& member : list->members) {
    check_files(c.target_tls.at(member.key.text), member.value, r);
    if (!c.targets.contains(member.key.text))
      r.found.add(member.key.at, "\"" + member.key.text + "\" is no target",
                  "a name under targets");
  }
}

}  // namespace probe
