#pragma once

#include <optional>

#include "core/config_reader.hpp"
#include "probe/format/reach.hpp"
#include "probe/format/template_text.hpp"
#include "probe/format/tls_settings.hpp"

namespace probe {

/// A TLS handshake and nothing behind it, the check of kind `tls`.
struct tls_handshake : reach {
  template_text address;
  std::optional<tls_settings> tls;

  static void describe(core::fields<tls_handshake>& f);
  void collect(text_list& into) const { into.push_back(&address); }
};

}  // namespace probe
