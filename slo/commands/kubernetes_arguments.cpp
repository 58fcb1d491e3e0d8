#include "slo/commands/kubernetes_arguments.hpp"

#include <algorithm>
#include <cctype>

#include "slo/commands/arguments.hpp"
#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// The name of a label's key, and its value where there is one.
bool is_label_text(std::string_view text) {
  return !text.empty() && text.size() <= 63 && is_alnum(text.front()) && is_alnum(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

/// DNS labels with dots between them, at most 253.
bool is_dns_subdomain(std::string_view text) {
  if (text.size() > 253) return false;
  for (;;) {
    const auto dot = std::min(text.find('.'), text.size());
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == text.size()) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_label_key(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_label_text(text);
  return is_dns_subdomain(text.substr(0, slash)) && is_label_text(text.substr(slash + 1));
}

}  // namespace

std::string namespace_argument(const std::string& text) {
  if (is_dns_label(text)) return text;
  throw usage_error("--namespace is none: " + text + " (expected " + dns_label_rule + ")");
}

std::pair<std::string, std::string> label_argument(const std::string& text) {
  const auto equals = text.find('=');
  if (equals != std::string::npos) {
    auto key = text.substr(0, equals);
    auto value = text.substr(equals + 1);
    if (is_label_key(key) && (value.empty() || is_label_text(value))) {
      return {std::move(key), std::move(value)};
    }
  }
  throw usage_error("--label is none: " + text +
                    " (expected KEY=VALUE of letters, digits, -, _ and ., at most 63 each, the key"
                    " with a prefix such as example.com/ if need be)");
}

}  // namespace slo
