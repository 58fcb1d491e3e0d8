#include "probe/format/json_template.hpp"

#include "core/json_text.hpp"
#include "probe/format/text_kinds.hpp"

namespace probe {
namespace {

/// The grammar of RFC 8259, section 6.
bool is_json_number(std::string_view text) noexcept {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i > begin;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const bool leading_zero = i < text.size() && text[i] == '0';
  const std::size_t whole = i;
  if (!digits() || (leading_zero && i > whole + 1)) return false;
  if (i < text.size() && text[i] == '.' && (++i, !digits())) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    if (++i; i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

}  // namespace

json_template json_template::from_node(const core::node& from, core::reading& r) {
  json_template out;
  if (from.is_sequence()) {
    out.kind_ = kind::array;
    for (const auto& item : from.items) out.items_.push_back(from_node(item, r));
  } else if (from.is_map()) {
    out.kind_ = kind::object;
    for (const auto& member : from.members)
      out.members_.emplace_back(member.key.text, from_node(member.value, r));
  } else if (from.is_scalar()) {
    const std::string_view text = from.text;
    if (!from.quoted && (text == "null" || text == "~")) return out;
    if (!from.quoted && (text == "true" || text == "false" || is_json_number(text))) {
      out.kind_ = kind::literal;
      out.literal_ = text;
    } else {
      out.kind_ = kind::text;
      read_template(from, out.text_, r);
    }
  }
  return out;
}

std::optional<std::string> json_template::render(const template_text::lookup& values,
                                                 std::string& missing) const {
  std::string out;
  if (!append(out, values, missing)) return std::nullopt;
  return out;
}

bool json_template::append(std::string& out, const template_text::lookup& values,
                           std::string& missing) const {
  switch (kind_) {
    case kind::null: out += "null"; return true;
    case kind::literal: out += literal_; return true;
    case kind::text: {
      const auto text = text_.render(values, missing);
      if (text) core::append_json_string(out, *text);
      return text.has_value();
    }
    case kind::array:
      out += '[';
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (i > 0) out += ',';
        if (!items_[i].append(out, values, missing)) return false;
      }
      out += ']';
      return true;
    case kind::object:
      out += '{';
      for (std::size_t i = 0; i < members_.size(); ++i) {
        if (i > 0) out += ',';
        core::append_json_string(out, members_[i].first);
        out += ':';
        if (!members_[i].second.append(out, values, missing)) return false;
      }
      out += '}';
      return true;
  }
  return false;
}

void json_template::collect(text_list& into) const {
  if (kind_ == kind::text) into.push_back(&text_);
  for (const auto& item : items_) item.collect(into);
  for (const auto& [name, value] : members_) value.collect(into);
}

}  // namespace probe
