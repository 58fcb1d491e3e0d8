// What is generated from a table of fields: JSON Schema and the Markdown reference.
#include <algorithm>

#include "core/config_reader.hpp"
#include "core/json_text.hpp"

namespace core {
namespace {

bool is_number(const value_kind& kind) {
  return kind.name() == "integer" || kind.name() == "number";
}

/// A default as JSON; "" for what has none worth telling (lists, maps, nothing, secrets).
std::string json_default(const field_row& row, const std::string& shown) {
  if (row.required || row.kind->table() || !row.kind->nesting().empty()) return "";
  if (shown == "null" || shown == "\"\"") return "";
  const bool literal = is_number(*row.kind) || row.kind->name() == "boolean";
  return literal || shown.starts_with('"') ? shown : json_string(shown);
}

std::string property_schema(const field_row& row, const std::string& shown) {
  std::string schema = row.kind->schema();
  schema.pop_back();  // its closing brace: members follow
  schema += ",\"description\":" + json_string(row.doc);
  if (!row.low.empty() && is_number(*row.kind)) {
    schema += ",\"minimum\":" + row.low + ",\"maximum\":" + row.high;
  }
  if (const std::string text = json_default(row, shown); !text.empty()) {
    schema += ",\"default\":" + text;
  }
  return schema + "}";
}

std::string markdown_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string default_cell(const field_row& row, const std::string& shown) {
  if (row.required) return "required";
  const bool none =
      row.kind->table() || shown == "null" || shown == "\"\"" || shown == "[]" || shown == "{}";
  return none ? "–" : "`" + markdown_cell(shown) + "`";
}

std::string row_line(const field_row& row, const std::string& shown) {
  std::string line = "| `" + row.name + "` | " + markdown_cell(row.kind->name()) + " | " +
                     default_cell(row, shown) + " | " + markdown_cell(row.doc);
  if (!row.low.empty()) line += " (" + row.low + " to " + row.high + ")";
  return line + " |\n";
}

/// The sections of a table: its own, then those of the structs in it. `above` are the tables this
/// one stands in, so that a struct that contains itself ends.
void append_section(std::string& out, const struct_table& table, const std::string& path,
                    std::vector<const struct_table*>& above) {
  const std::shared_ptr<void> defaults = table.make_default();
  if (!path.empty()) out += "\n### `" + path + "`\n";
  out += "\n| key | type | default | meaning |\n|---|---|---|---|\n";
  for (const field_row& row : table.rows) {
    out += row_line(row, row.kind->show(row.member(defaults.get())));
  }
  above.push_back(&table);
  for (const field_row& row : table.rows) {
    const struct_table* const inner = row.kind->table();
    if (!inner || std::find(above.begin(), above.end(), inner) != above.end()) continue;
    const std::string name = row.name + row.kind->nesting();
    append_section(out, *inner, path.empty() ? name : path + "." + name, above);
  }
  above.pop_back();
}

}  // namespace

std::string struct_table::schema() const {
  const std::shared_ptr<void> defaults = make_default();
  std::string properties, required;
  for (const field_row& row : rows) {
    const std::string shown = row.kind->show(row.member(defaults.get()));
    properties +=
        (properties.empty() ? "" : ",") + json_string(row.name) + ":" + property_schema(row, shown);
    if (row.required) required += (required.empty() ? "" : ",") + json_string(row.name);
  }
  std::string out = R"({"type":"object","additionalProperties":false,"properties":{)" + properties;
  out += "}";
  if (!required.empty()) out += ",\"required\":[" + required + "]";
  return out + "}";
}

std::string json_schema(const struct_table& table, std::string_view title) {
  std::string out = R"({"$schema":"https://json-schema.org/draft/2020-12/schema","title":)";
  out += json_string(title);
  out += "," + table.schema().substr(1);
  return out;
}

std::string markdown_reference(const struct_table& table, std::string_view title) {
  std::string out = "## " + std::string(title) + "\n";
  std::vector<const struct_table*> above;
  append_section(out, table, "", above);
  return out;
}

}  // namespace core
