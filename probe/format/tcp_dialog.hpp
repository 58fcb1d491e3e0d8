#pragma once

#include <optional>
#include <vector>

#include "core/config_reader.hpp"
#include "probe/format/pattern.hpp"
#include "probe/format/reach.hpp"
#include "probe/format/template_text.hpp"
#include "probe/format/tls_settings.hpp"

namespace probe {

/// One turn of a dialog: what is waited for, then what is said, then perhaps TLS.
struct dialog_turn {
  std::optional<pattern> expect;  ///< a line
  std::optional<pattern> until;   ///< bytes, for protocols without lines
  std::optional<pattern> reject;  ///< a line that ends the dialog at once
  std::optional<template_text> send;
  bool starttls = false;

  static void describe(core::fields<dialog_turn>& f);
};

/// A TCP connection and what is said on it, the check of kind `tcp`. A `send` may refer to groups
/// of what was matched before: `${match.1}`, …, of the last match, and `${match.NAME}` of any.
struct tcp_dialog : reach {
  template_text address;
  bool secure = false;  ///< TLS from the start
  std::optional<tls_settings> tls;
  std::vector<dialog_turn> dialog;

  static void describe(core::fields<tcp_dialog>& f);
  void collect(text_list& into) const;
  /// Whether this text may refer to groups of a match.
  bool says(const template_text& text) const noexcept;
};

}  // namespace probe
