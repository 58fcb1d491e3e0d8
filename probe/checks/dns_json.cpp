#include <charconv>
#include <span>

#include "core/dns_names.hpp"
#include "core/json_text.hpp"
#include "probe/checks/dns_check.hpp"

namespace probe {
namespace {

/// Members of a JSON object, one after the other.
class members {
 public:
  members& text(std::string_view name, std::string_view value) {
    begin(name);
    core::append_json_string(out_, value);
    return *this;
  }
  members& raw(std::string_view name, std::string_view json) {
    begin(name);
    out_ += json;
    return *this;
  }
  std::string close() && { return std::move(out_) + '}'; }

 private:
  void begin(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    core::append_json_string(out_, name);
    out_ += ':';
  }
  std::string out_ = "{";
};

std::string_view without_dot(std::string_view name) {
  return name.size() > 1 && name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

std::string_view next_word(std::string_view& rest) {
  const auto word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  return word;
}

void add_parts(members& out, const core::dns_record& record) {
  std::string_view rest = record.data;
  if (rest.empty()) return;
  if (record.type == core::dns_srv) {
    for (const char* name : {"priority", "weight", "port"}) out.raw(name, next_word(rest));
    out.text("target", without_dot(rest));
  } else if (record.type == core::dns_mx) {
    out.raw("preference", next_word(rest)).text("exchange", without_dot(rest));
  }
}

std::string record_json(const core::dns_record& record) {
  members out;
  out.text("name", without_dot(record.name))
      .raw("ttl", std::to_string(record.ttl))
      .text("class", core::dns_class_name(record.cls))
      .text("type", core::dns_type_name(record.type))
      .text("data", record.data)
      .text("text", record.text());
  add_parts(out, record);
  return std::move(out).close();
}

std::string section_json(std::span<const core::dns_record> section) {
  std::string out = "[";
  for (const auto& record : section) out += (out.size() > 1 ? "," : "") + record_json(record);
  return out + "]";
}

const char* boolean(bool value) noexcept {
  return value ? "true" : "false";
}

}  // namespace

std::string dns_json(const core::dns_message& m) {
  members out;
  out.text("rcode", core::dns_rcode_name(m.rcode()))
      .raw("authoritative", boolean(m.authoritative()))
      .raw("truncated", boolean(m.truncated()))
      .raw("recursion_available", boolean(m.recursion_available()))
      .raw("answers", section_json(m.answers))
      .raw("authority", section_json(m.authority))
      .raw("additional", section_json(m.additional));
  return std::move(out).close();
}

}  // namespace probe
