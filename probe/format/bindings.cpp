#include "probe/format/bindings.hpp"

#include <array>
#include <cstdint>

#include "probe/format/secret_mask.hpp"

namespace probe {
namespace {

constexpr char hex[] = "0123456789abcdef";

/// Percent-encodes what may not stand in a URL; reserved characters stay.
std::string encode_for_url(std::string_view text) {
  constexpr std::string_view forbidden = "\"#<>\\^`{|}";
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && forbidden.find(c) == std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

}  // namespace

void bindings::prepare() {
  auto made = std::make_shared<secret_mask>();
  for (const auto& [name, value] : secrets) made->add(value.reveal());
  prepared = std::move(made);
}

std::string bindings::mask(std::string text) const {
  if (prepared) return prepared->apply(std::move(text));
  auto now = *this;
  now.prepare();
  return now.prepared->apply(std::move(text));
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
  const auto of_endpoint = [&](const std::string& name) -> std::optional<std::string> {
    if (!about_) return std::nullopt;
    const auto found = about_->values.find(name);
    if (found == about_->values.end()) return std::nullopt;
    return found->second;
  };
  switch (reference.kind) {
    case reference_kind::endpoint: return of_endpoint(reference.name);
    case reference_kind::target:
      if (reference.name == "base")
        if (auto base = of_endpoint("base")) return base;
      return find_in(constants_.targets, [](const core::base_url& u) { return u.to_string(); });
    case reference_kind::secret:
      return find_in(constants_.secrets, [](const core::secret& s) { return s.reveal(); });
    case reference_kind::match: return std::nullopt;  // only a dialog knows
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
