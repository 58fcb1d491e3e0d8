#include "probe/format/bindings.hpp"

#include <array>
#include <cstdint>

#include "core/json_text.hpp"

namespace probe {
namespace {

constexpr char hex[] = "0123456789abcdef";
constexpr char upper_hex[] = "0123456789ABCDEF";

std::string encode_for_url(std::string_view text) {
  constexpr std::string_view forbidden = "\"#<>\\^`{|}";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && forbidden.find(c) == std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    out.push_back(upper_hex[byte >> 4]);
    out.push_back(upper_hex[byte & 15]);
  }
  return out;
}

/// Masks a secret, and also what is left of one that was cut: any beginning of it that is long
/// enough to be no accident.
void mask_one(std::string& text, std::string_view secret) {
  constexpr std::size_t no_accident = 8;
  if (secret.empty()) return;
  const auto head = secret.substr(0, no_accident);
  for (auto at = text.find(head); at != std::string::npos; at = text.find(head, at)) {
    std::size_t size = head.size();
    while (size < secret.size() && at + size < text.size() && text[at + size] == secret[size])
      ++size;
    text.replace(at, size, "<secret>");
    at += 8;  // the mask itself is no secret
  }
}

}  // namespace

std::string bindings::mask(std::string text) const {
  for (const auto& [name, value] : secrets) {
    const auto quoted = core::json_string(value.reveal());
    mask_one(text, value.reveal());
    mask_one(text, encode_for_url(value.reveal()));
    mask_one(text, std::string_view(quoted).substr(1, quoted.size() - 2));
  }
  return text;
}

std::string new_uuid(core::random_source& random) {
  std::array<std::uint8_t, 16> bytes;
  random.fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    out.push_back(hex[bytes[i] >> 4]);
    out.push_back(hex[bytes[i] & 15]);
  }
  return out;
}

std::optional<std::string> run_values::value_of(const template_reference& reference) const {
  const auto find_in = [&](const auto& map, auto show) -> std::optional<std::string> {
    const auto found = map.find(reference.name);
    return found == map.end() ? std::nullopt : std::optional<std::string>(show(found->second));
  };
  switch (reference.kind) {
    case reference_kind::target:
      return find_in(constants_.targets, [](const core::base_url& u) { return u.to_string(); });
    case reference_kind::secret:
      return find_in(constants_.secrets, [](const core::secret& s) { return s.reveal(); });
    case reference_kind::uuid: return draw();
    case reference_kind::variable:
      return find_in(variables_, [](const std::string& v) { return v; });
  }
  return std::nullopt;
}

std::string run_values::draw() const {
  drawn_.push_back(drawn_.size() < again_.size() ? again_[drawn_.size()] : new_uuid(random_));
  return drawn_.back();
}

template_text::lookup run_values::plain() const {
  return [this](const template_reference& r) { return value_of(r); };
}

template_text::lookup run_values::for_url() const {
  return [this](const template_reference& r) {
    auto value = value_of(r);
    if (value && r.kind != reference_kind::target) value = encode_for_url(*value);
    return value;
  };
}

}  // namespace probe
