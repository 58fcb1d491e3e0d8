#include "probe/format/text_kinds.hpp"

#include "core/json_text.hpp"
#include "probe/format/json_pointer.hpp"
#include "probe/format/json_template.hpp"
#include "probe/format/pattern.hpp"
#include "probe/format/status_set.hpp"

namespace probe {
namespace {

constexpr const char* references =
    "${target.NAME}, ${secret.NAME}, ${endpoint.NAME}, ${uuid} or the name of a variable";

/// Adds a problem unless `from` is a scalar.
bool is_text(const core::node& from, core::reading& r, const char* expected) {
  if (from.is_scalar()) return true;
  r.found.add(from.at, std::string("found ") + from.kind_name(), expected);
  return false;
}

class template_kind final : public core::value_kind {
 public:
  void read(const core::node& from, void* into, core::reading& r) const override {
    read_template(from, *static_cast<template_text*>(into), r);
  }
  std::string schema() const override {
    return R"({"type":["string","number","boolean"],"pattern":"^([^$]|\\$(?!\\{)|\\$\\$\\{|)"
           R"(\\$\\{(uuid|((target|secret|endpoint)\\.)?[a-z_][a-z0-9_]*|)"
           R"(match\\.([a-z_][a-z0-9_]*|[0-9]{1,2}))\\})*$"})";
  }
  std::string name() const override { return "text with references"; }
  std::string show(const void* value) const override {
    return core::json_string(static_cast<const template_text*>(value)->source());
  }
};

class json_kind final : public core::value_kind {
 public:
  void read(const core::node& from, void* into, core::reading& r) const override {
    *static_cast<json_template*>(into) = json_template::from_node(from, r);
  }
  std::string schema() const override {
    return R"({"type":["null","boolean","number","string","array","object"]})";
  }
  std::string name() const override { return "JSON value with references"; }
  std::string show(const void* value) const override {
    const auto as_written = [](const template_reference& r) -> std::optional<std::string> {
      switch (r.kind) {
        case reference_kind::target: return "${target." + r.name + "}";
        case reference_kind::secret: return "${secret." + r.name + "}";
        case reference_kind::endpoint: return "${endpoint." + r.name + "}";
        case reference_kind::match: return "${match." + r.name + "}";
        case reference_kind::uuid: return "${uuid}";
        case reference_kind::variable: return "${" + r.name + "}";
      }
      return std::nullopt;
    };
    std::string missing;
    return static_cast<const json_template*>(value)->render(as_written, missing).value_or("null");
  }
};

class pointer_kind final : public core::value_kind {
 public:
  void read(const core::node& from, void* into, core::reading& r) const override {
    if (!is_text(from, r, name().c_str())) return;
    if (auto parsed = json_pointer::parse(from.text))
      *static_cast<json_pointer*>(into) = *std::move(parsed);
    else
      r.found.add(from.at, "\"" + from.text + "\" is no JSON Pointer", "such as /items/0/isin");
  }
  std::string schema() const override { return R"({"type":"string","format":"json-pointer"})"; }
  std::string name() const override { return "JSON Pointer"; }
  std::string show(const void* value) const override {
    return core::json_string(static_cast<const json_pointer*>(value)->text());
  }
};

class pattern_kind final : public core::value_kind {
 public:
  void read(const core::node& from, void* into, core::reading& r) const override {
    if (!is_text(from, r, name().c_str())) return;
    std::string why;
    if (auto compiled = pattern::compile(from.text, why))
      *static_cast<pattern*>(into) = *std::move(compiled);
    else
      r.found.add(from.at, "\"" + from.text + "\" is no regular expression: " + why, "Perl syntax");
  }
  std::string schema() const override { return R"({"type":"string","format":"regex"})"; }
  std::string name() const override { return "regular expression"; }
  std::string show(const void* value) const override {
    return core::json_string(static_cast<const pattern*>(value)->source());
  }
};

class status_kind final : public core::value_kind {
 public:
  void read(const core::node& from, void* into, core::reading& r) const override {
    status_set out;
    if (from.is_sequence()) {
      for (const auto& item : from.items) add(item, out, r);
      if (from.items.empty()) r.found.add(from.at, "an empty list of statuses", expected);
    } else {
      add(from, out, r);
    }
    *static_cast<status_set*>(into) = std::move(out);
  }
  std::string schema() const override {
    const std::string one =
        R"({"type":["integer","string"],"minimum":100,"maximum":599,"pattern":"^[1-5](xx|[0-9]{2}(-[1-5][0-9]{2})?)$"})";
    return R"({"anyOf":[)" + one + R"(,{"type":"array","minItems":1,"items":)" + one + "}]}";
  }
  std::string name() const override { return "set of statuses"; }
  std::string show(const void* value) const override {
    const auto& set = *static_cast<const status_set*>(value);
    return set.empty() ? "null" : "[" + set.text() + "]";
  }

 private:
  static constexpr const char* expected = "200, 2xx, 200-204 or a list of these";
  static void add(const core::node& from, status_set& into, core::reading& r) {
    if (!is_text(from, r, expected)) return;
    if (!into.add(from.text)) r.found.add(from.at, "\"" + from.text + "\" is no status", expected);
  }
};

}  // namespace

void read_template(const core::node& from, template_text& into, core::reading& r) {
  if (!is_text(from, r, "a text")) return;
  std::string why;
  auto parsed = template_text::parse(from.text, why);
  if (!parsed) {
    r.found.add(from.at, why, references);
    return;
  }
  into = *std::move(parsed);
  into.stand_at({std::string(from.at.file), from.at.line, from.at.column});
}

}  // namespace probe

// One immutable instance a kind, as `core::kind_of` promises.
template <>
const core::value_kind& core::kind_of<probe::template_text>() {
  static const probe::template_kind kind;
  return kind;
}
template <>
const core::value_kind& core::kind_of<probe::json_template>() {
  static const probe::json_kind kind;
  return kind;
}
template <>
const core::value_kind& core::kind_of<probe::json_pointer>() {
  static const probe::pointer_kind kind;
  return kind;
}
template <>
const core::value_kind& core::kind_of<probe::pattern>() {
  static const probe::pattern_kind kind;
  return kind;
}
template <>
const core::value_kind& core::kind_of<probe::status_set>() {
  static const probe::status_kind kind;
  return kind;
}
