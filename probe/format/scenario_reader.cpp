#include "probe/format/scenario_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace probe {
namespace {

namespace fs = std::filesystem;

/// `one of a, b`, or `otherwise` when there is none.
template <class Map>
std::string names_of(const Map& map, const char* otherwise) {
  std::string out;
  for (const auto& [name, value] : map) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? otherwise : "one of " + out;
}

/// Follows the steps of a scenario in their order and checks every reference on the way.
class reference_checker {
 public:
  /// Checks variables only with `whole`.
  reference_checker(const bindings& constants, bool has_targets, core::problems& found, bool whole)
      : constants_(constants), has_targets_(has_targets), found_(found), whole_(whole) {}

  void walk(const shared_list<step>& steps) {
    for (const auto& s : steps) {
      own_ = s.stream ? s.stream->own_variables() : std::set<std::string>();
      for (const auto* text : texts_of(s))
        for (const auto* reference : text->references())
          if (reference->kind != reference_kind::match || !s.tcp || !s.tcp->says(*text))
            check(*reference, text->where());
      for (const auto& [name, from] : s.extract) variables_.insert(name);
    }
  }

 private:
  void check(const template_reference& r, const place& at) {
    switch (r.kind) {
      case reference_kind::uuid: return;
      case reference_kind::endpoint:
        if (!has_targets_)
          found_.add(at.at(), "${endpoint." + r.name + "} in a scenario without targets",
                     "targets in the scenario, or ${target.NAME}");
        return;
      case reference_kind::match:
        return found_.add(at.at(), "\"match." + r.name + "\" where nothing is matched",
                          "only in what a dialog of kind tcp sends");
      case reference_kind::target:
        if (has_targets_ && r.name == "base") return;
        if (!constants_.targets.contains(r.name))
          found_.add(
              at.at(), "unknown target \"" + r.name + "\"",
              names_of(constants_.targets, "one under targets in the configuration, or --target"));
        return;
      case reference_kind::secret:
        if (!constants_.secrets.contains(r.name))
          found_.add(at.at(), "unknown secret \"" + r.name + "\"",
                     names_of(constants_.secrets, "one under secrets in the configuration"));
        return;
      case reference_kind::variable:
        if (whole_ && !variables_.contains(r.name) && !own_.contains(r.name))
          found_.add(at.at(), "no earlier step extracts \"" + r.name + "\"", known_variables());
    }
  }
  std::string known_variables() const {
    std::string out;
    for (const auto& name : variables_) out += (out.empty() ? "" : ", ") + name;
    return out.empty() ? "a variable of an earlier step" : "one of " + out;
  }

  const bindings& constants_;
  bool has_targets_;
  core::problems& found_;
  bool whole_;
  std::set<std::string> variables_;
  std::set<std::string> own_;  // of the step at hand
};

/// What a node says, whatever its spelling: comments, spaces and places are left out.
void append_meaning(const core::node& from, std::string& out) {
  out += static_cast<char>('0' + static_cast<int>(from.kind));
  out += from.quoted ? '"' : ' ';
  out += std::to_string(from.text.size()) + from.text;
  for (const auto& item : from.items) append_meaning(item, out);
  for (const auto& member : from.members) {
    append_meaning(member.key, out);
    append_meaning(member.value, out);
  }
  out += '.';
}

core::sha256_digest digest_of(const core::node& root) {
  std::string text;
  append_meaning(root, text);
  return core::sha256(text);
}

/// Cuts a file's text into its documents: each from its `---` (which stands at no other place in a
/// first column) to the next.
class document_texts {
 public:
  explicit document_texts(std::string_view text) : rest_(text) {
    if (!rest_.empty()) cut();
  }

  /// The document with that line; asked for in ascending order.
  std::string_view with_line(int line) {
    while (line >= next_line_ && !rest_.empty()) cut();
    return current_;
  }

 private:
  static bool is_separator(std::string_view line) noexcept {
    return line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\t' ||
                                       line[3] == '\r' || line[3] == '\n');
  }

  void cut() {
    std::size_t size = 0;
    do {
      size = std::min(rest_.find('\n', size), rest_.size() - 1) + 1;
      ++next_line_;
    } while (size < rest_.size() && !is_separator(rest_.substr(size)));
    current_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }

  std::string_view rest_, current_;
  int next_line_ = 1;  // that `rest_` begins with
};

/// A polled step is right with the status it was polled for, unless it says more.
shared_list<step> completed(const shared_list<step>& steps) {
  auto out = steps.get();
  for (auto& s : out)
    if (s.poll && s.expect.status.empty()) s.expect.status = s.poll->until.status;
  return out;
}

std::shared_ptr<scenario> read_one(const core::node& root, const bindings& constants,
                                   core::reading& r) {
  auto out = std::make_shared<scenario>();
  const auto before = r.found.list().size();
  core::table_of<scenario>().read(root, out.get(), r);
  check_names(root, r);
  if (const auto* name = root.find("name")) {
    out->line = name->at.line;
    out->column = name->at.column;
  }
  // Among other problems, a variable may be missing only because its step is broken.
  const bool whole = r.found.list().size() == before;
  reference_checker references(constants, root.find("targets") != nullptr, r.found, whole);
  references.walk(out->steps);
  references.walk(out->always);
  out->steps = completed(out->steps);
  out->always = completed(out->always);
  return out;
}

std::vector<std::string> files_of(const std::string& path, core::problems& found) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const auto extension = entry.path().extension();
    if (extension == ".yaml" || extension == ".yml") out.push_back(entry.path().string());
  }
  if (error) found.add({path, 0, 0}, "cannot read the folder: " + error.message());
  if (out.empty()) found.add({path, 0, 0}, "no scenario in the folder", "*.yaml");
  std::sort(out.begin(), out.end());
  return out;
}

void refuse_shared_names(const scenario_list& list, core::problems& found) {
  std::map<std::string, std::string> first;
  for (const auto& s : list) {
    const auto [place, fresh] = first.emplace(s->name, s->file);
    if (!fresh && !s->name.empty())
      found.add({s->file, s->line, s->column}, "a second scenario named \"" + s->name + "\"",
                "another name; the first is in " + place->second);
  }
}

}  // namespace

scenario_list parse_scenarios(const std::string& file_name, std::string_view text,
                              const bindings& constants, core::problems& found,
                              const core::environment& env) {
  const auto document = core::document::parse(file_name, text, found);
  core::reading r{found, env, fs::path(file_name).parent_path().string()};
  document_texts texts(text);
  scenario_list out;
  for (const auto& root : document.roots()) {
    auto one = read_one(root, constants, r);
    one->file = file_name;
    one->source = std::make_shared<const std::string>(texts.with_line(root.at.line));
    one->digest = digest_of(root);
    out.push_back(std::move(one));
  }
  if (out.empty() && found.empty()) found.add({file_name, 1, 1}, "the file is empty", "a scenario");
  return out;
}

scenario_list load_scenarios(const std::vector<std::string>& paths, const bindings& constants,
                             core::problems& found, const core::environment& env) {
  scenario_list out;
  for (const auto& path : paths) {
    for (const auto& file : files_of(path, found)) {
      std::ifstream in(file, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      if (!in) {
        found.add({file, 0, 0}, "cannot read the file", "a scenario, or a folder of them");
        continue;
      }
      auto some = parse_scenarios(file, text, constants, found, env);
      std::move(some.begin(), some.end(), std::back_inserter(out));
    }
  }
  refuse_shared_names(out, found);
  return out;
}

}  // namespace probe
