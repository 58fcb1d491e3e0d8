#include "core/config_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "core/json_text.hpp"

namespace core {
namespace {

/// Levenshtein distance: how many letters to insert, remove or change.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

const field_row* find_row(const std::vector<field_row>& rows, std::string_view name) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [name](const field_row& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

/// What to suggest instead of an unknown key: the one that was meant, or all there are.
std::string suggestion(const std::vector<field_row>& rows, std::string_view key) {
  constexpr std::size_t longest = 64;  // beyond this it is no slip of the finger
  const field_row* nearest = nullptr;
  std::size_t best = key.size() > longest ? 0 : key.size() / 3 + 2;
  std::string all;
  for (const field_row& row : rows) {
    all += (all.empty() ? "" : ", ") + row.name;
    if (best == 0) continue;
    const std::size_t distance = edit_distance(key, row.name);
    if (distance < best && distance < row.name.size()) {
      best = distance;
      nearest = &row;
    }
  }
  return nearest ? json_string(nearest->name) : "one of " + all;
}

void read_row(const field_row& row, const node& from, void* into, reading& r) {
  const std::size_t before = r.found.list().size();
  row.kind->read(from, row.member(into), r);
  if (r.found.list().size() != before) return;
  if (row.within && !row.within(row.member(into))) {
    r.found.add(from.at, json_string(row.name) + " is out of range", row.low + " to " + row.high);
  }
}

}  // namespace

environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

void struct_table::read(const node& from, void* into, reading& r) const {
  if (!detail::expect_kind(from, node_kind::map, r)) return;
  for (const node::member& m : from.members)
    if (!find_row(rows, m.key.text))
      r.found.add(m.key.at, "unknown key " + json_string(m.key.text), suggestion(rows, m.key.text));
  const std::size_t before = r.found.list().size();
  for (const node::member& m : from.members)
    if (const field_row* row = find_row(rows, m.key.text)) read_row(*row, m.value, into, r);
  for (const field_row& row : rows) {
    if (!row.required || from.find(row.name)) continue;
    r.found.add(from.at, "missing key " + json_string(row.name), row.kind->name());
  }
  if (r.found.list().size() != before) return;
  for (const auto& check : checks) check(into, from, r);
}

std::string struct_table::show(const void* value) const {
  // Rows only need the address; nothing is written through it.
  void* const in = const_cast<void*>(value);
  std::string out;
  for (const field_row& row : rows) {
    const std::string shown = row.kind->show(row.member(in));
    if (shown != "null") out += (out.empty() ? "" : ", ") + row.name + ": " + shown;
  }
  return "{" + out + "}";
}

namespace detail {

std::string quoted_key(std::string_view key) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  const bool needs = key.empty() || key.find_first_not_of(plain) != std::string_view::npos;
  return needs ? json_string(key) : std::string(key);
}

void read_document(const document& from, const struct_table& table, void* into, problems& found,
                   const environment& env) {
  // What a syntax error took away must not be called missing.
  if (!from.whole()) return;
  reading r{found, env, std::filesystem::path(from.file()).parent_path().string()};
  node nothing;
  nothing.kind = node_kind::map;
  nothing.at = {from.file(), 1, 1};
  const bool empty = from.roots().empty() || from.roots().front().is_null();
  table.read(empty ? nothing : from.roots().front(), into, r);
  if (from.roots().size() > 1) {
    found.add(from.roots()[1].at, "a second YAML document (after ---)", "one document");
  }
}

}  // namespace detail
}  // namespace core
