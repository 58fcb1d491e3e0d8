// How the configuration file is read: as the real one does where the tables cannot know.
#include <algorithm>

#include "probe/blackbox/module_config.hpp"

namespace probe::blackbox {
namespace {

/// What the real one would have made of it: no value is the default, `${` is itself.
core::node plain(const core::node& from) {
  core::node out = from;
  std::erase_if(out.members, [](const core::node::member& m) { return m.value.is_null(); });
  for (auto& m : out.members) m.value = plain(m.value);
  for (auto& item : out.items) item = plain(item);
  for (std::size_t at = out.text.find("${"); at != std::string::npos;
       at = out.text.find("${", at + 3))
    out.text.insert(at, "$");
  return out;
}

/// Keys without a value are left out before the file is read; one that is unknown is a problem
/// nevertheless, and is looked for in the file as it stands.
void find_unknown_without_value(const core::node& root, core::problems& found) {
  const core::environment same = [](const std::string& name) { return "${" + name + "}"; };
  core::problems all;
  core::reading r{all, same, ""};
  file_config ignored;
  core::table_of<file_config>().read(root, &ignored, r);
  const auto there = [&found](const core::problem& p) {
    return std::any_of(found.list().begin(), found.list().end(), [&p](const core::problem& other) {
      return p.line == other.line && p.column == other.column && p.what == other.what;
    });
  };
  for (const auto& p : all.list())
    if (p.what.starts_with("unknown key") && !there(p))
      found.add({p.file, p.line, p.column}, p.what, p.expected);
}

/// Two ways to say the same become one.
void unify(http_settings& http) {
  if (http.no_follow_redirects) http.follow_redirects = !*http.no_follow_redirects;
  http.no_follow_redirects.reset();
  if (http.bearer_token.text.empty() && http.bearer_token_file.empty()) return;
  http.authorization = {"Bearer", std::move(http.bearer_token), std::move(http.bearer_token_file)};
  http.bearer_token = {};
  http.bearer_token_file.clear();
}

}  // namespace

file_config read_file(const core::document& from, core::problems& found) {
  file_config out;
  if (from.roots().size() != 1) {
    if (found.empty())
      found.add({from.file(), 1, 1},
                from.roots().empty() ? "the file is empty" : "the file has several documents",
                "one document with the key modules");
    return out;
  }
  const core::environment none = [](const std::string&) { return std::optional<std::string>(); };
  core::reading r{found, none, ""};
  const core::node& root = from.roots().front();
  core::table_of<file_config>().read(plain(root), &out, r);
  find_unknown_without_value(root, found);
  for (auto& [name, module] : out.modules) unify(module.http);
  return out;
}

std::vector<std::string> notes_on(const file_config& config) {
  std::vector<std::string> out;
  for (const auto& [name, module] : config.modules) {
    if (module.prober == prober_kind::icmp || module.prober == prober_kind::grpc)
      out.push_back("module " + name + ": there is no prober " + to_label(module.prober) +
                    " here; its probes are answered with 400");
    const auto& versions = module.http.valid_http_versions;
    if (module.prober == prober_kind::http &&
        std::find(versions.begin(), versions.end(), "HTTP/1.1") == versions.end() &&
        !versions.empty())
      out.push_back("module " + name + ": only HTTP/1.1 is asked for, and it is not valid");
  }
  return out;
}

}  // namespace probe::blackbox
