#include "core/peer_names.hpp"

#include <openssl/x509v3.h>

#include <algorithm>

namespace core {
namespace {

bool printable(std::string_view name) noexcept {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

void append_kind(std::string& out, const GENERAL_NAMES* names, int kind) {
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != kind) continue;
    const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5)),
                                static_cast<std::size_t>(ASN1_STRING_length(name->d.ia5)));
    if (!printable(text)) continue;
    if (!out.empty()) out += '\n';
    out += text;
  }
}

}  // namespace

std::string read_peer_names(x509_st* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  if (!names) return {};
  std::string out;
  append_kind(out, names, GEN_URI);
  append_kind(out, names, GEN_DNS);
  GENERAL_NAMES_free(names);
  return out;
}

}  // namespace core
