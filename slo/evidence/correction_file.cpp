#include "slo/evidence/correction_file.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "slo/commands/time_text.hpp"

namespace slo {

namespace {

void check_entry(const correction_entry& e, const core::node& from, core::reading& r) {
  const auto at = [&](const char* key) {
    const auto* found = from.find(key);
    return found ? found->at : from.at;
  };
  for (const auto& [key, text] : {std::pair("from", e.from), std::pair("to", e.to)}) {
    if (!parse_time(text)) {
      r.found.add(at(key), "is no time: " + text, "2026-01-31T10:00:00Z, or Unix seconds");
    }
  }
  const auto begin = parse_time(e.from), end = parse_time(e.to);
  if (begin && end && *begin >= *end) {
    r.found.add(at("to"), "the window ends before it begins", "a time after " + e.from);
  }
  for (const auto& [key, text] : {std::pair("by", e.by), std::pair("why", e.why)}) {
    if (text.find_first_not_of(" \t\n") == text.npos) {
      r.found.add(at(key), std::string(key) + " is empty",
                  std::string_view(key) == "by" ? "who answers for it" : "a reason");
    }
  }
  if (e.slos.empty() && e.services.empty()) {
    r.found.add(from.at, "it is not said what is corrected", "slos: […] or services: […]");
  }
}

/// The place of the i-th entry's list item, for names that are not known.
core::position place_of(const core::node& entry, const char* key, std::size_t i) {
  const auto* list = entry.find(key);
  return list && i < list->items.size() ? list->items[i].at : entry.at;
}

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "there is none" : out;
}

struct known_names {
  std::set<std::string> slos, services;
};

known_names names_in(const std::vector<objective>& objectives) {
  known_names out;
  for (const auto& o : objectives) {
    out.slos.insert(o.id);
    out.slos.insert(o.name);
    out.services.insert(o.service);
  }
  return out;
}

void check_names(const correction& c, const core::node& entry, const known_names& known,
                 core::problems& found) {
  for (std::size_t i = 0; i < c.slos.size(); ++i) {
    if (known.slos.contains(c.slos[i])) continue;
    found.add(place_of(entry, "slos", i), "there is no SLO " + c.slos[i], joined(known.slos));
  }
  for (std::size_t i = 0; i < c.services.size(); ++i) {
    if (known.services.contains(c.services[i])) continue;
    found.add(place_of(entry, "services", i), "no SLO is of the service " + c.services[i],
              joined(known.services));
  }
}

bool share_an_objective(const correction& a, const correction& b,
                        const std::vector<objective>& objectives) {
  return std::any_of(objectives.begin(), objectives.end(),
                     [&](const auto& o) { return a.concerns(o) && b.concerns(o); });
}

/// Two exclusions of the same time are one; what is forgiven must not be forgiven twice.
void check_overlaps(const std::vector<correction>& all, const std::vector<objective>& objectives,
                    core::problems& found) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool both_excluded = !all[i].forgive && !all[j].forgive;
      const bool apart = all[i].to <= all[j].from || all[j].to <= all[i].from;
      if (both_excluded || apart || !share_an_objective(all[i], all[j], objectives)) continue;
      found.add({all[i].file, all[i].line, all[i].column},
                "it overlaps the correction at " + all[j].file + ":" + std::to_string(all[j].line) +
                    " of the same SLO, and one of them forgives events",
                "windows apart, or both excluded");
    }
  }
}

correction value_of(const correction_entry& e, const core::node& at) {
  correction out;
  out.kind = e.kind;
  out.slos = e.slos;
  out.services = e.services;
  out.from = parse_time(e.from).value_or(0);
  out.to = parse_time(e.to).value_or(0);
  if (e.forgive) out.forgive = static_cast<std::int64_t>(*e.forgive);
  out.by = e.by;
  out.why = e.why;
  out.file = std::string(at.at.file);
  out.line = at.at.line;
  out.column = at.at.column;
  return out;
}

}  // namespace

void correction_entry::describe(core::fields<correction_entry>& f) {
  f.required("kind", &correction_entry::kind,
             "`maintenance` was announced beforehand, a `correction` was recorded afterwards.");
  f.optional("slos", &correction_entry::slos, "Names or ids of the SLOs that it concerns.");
  f.optional("services", &correction_entry::services, "Or all SLOs of these services.");
  f.required("from", &correction_entry::from, "Start, RFC 3339 or Unix seconds.");
  f.required("to", &correction_entry::to, "End.");
  f.optional("forgive", &correction_entry::forgive,
             "So many bad events (slices, minutes) of the window do not count; without it, nothing "
             "of the window does.")
      .range(1, std::int64_t{1} << 53);
  f.required("by", &correction_entry::by, "Who answers for it.");
  f.required("why", &correction_entry::why, "The reason, for whoever reads the report.");
  f.check(check_entry);
}

void corrections_document::describe(core::fields<corrections_document>& f) {
  f.required("corrections", &corrections_document::corrections, "One entry a window.");
}

std::vector<correction> read_corrections(const core::document& from,
                                         const std::vector<objective>& objectives,
                                         core::problems& found) {
  const auto before = found.list().size();
  const auto read = core::read_config<corrections_document>(from, found);
  if (found.list().size() != before || from.roots().empty()) return {};
  const auto* list = from.roots().front().find("corrections");
  std::vector<correction> out;
  const auto known = names_in(objectives);
  for (std::size_t i = 0; list && i < read.corrections.size(); ++i) {
    out.push_back(value_of(read.corrections[i], list->items[i]));
    check_names(out.back(), list->items[i], known, found);
  }
  return out;
}

std::vector<correction> load_corrections(const std::vector<std::string>& paths,
                                         const std::vector<objective>& objectives,
                                         core::problems& found) {
  namespace fs = std::filesystem;
  std::set<fs::path> files;
  for (const auto& path : paths) {
    std::error_code error;
    const auto folder =
        fs::is_directory(path, error) ? fs::path(path) : fs::path(path).parent_path();
    const auto file = (folder / corrections_file_name).lexically_normal();
    if (fs::exists(file, error)) files.insert(file);
  }
  std::vector<correction> out;
  for (const auto& file : files) {
    const auto document = core::document::load(file.string(), found);
    auto more = read_corrections(document, objectives, found);
    std::move(more.begin(), more.end(), std::back_inserter(out));
  }
  check_overlaps(out, objectives, found);
  return out;
}

}  // namespace slo
