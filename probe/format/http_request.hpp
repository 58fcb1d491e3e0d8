#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/config_reader.hpp"
#include "probe/format/json_template.hpp"
#include "probe/format/reach.hpp"
#include "probe/format/template_text.hpp"
#include "probe/format/tls_settings.hpp"

namespace probe {

/// How far a body goes that a redirect (307, 308) keeps.
enum class redirected_body { same_origin, anywhere };
constexpr auto config_names(redirected_body) {
  return std::array{std::pair{"same_origin", redirected_body::same_origin},
                    std::pair{"anywhere", redirected_body::anywhere}};
}

/// An HTTP request, the check of kind `http`.
struct http_request : reach {
  std::string method = "GET";
  template_text url;
  std::map<std::string, template_text> headers;
  std::optional<template_text> body;
  std::optional<json_template> json;
  std::int64_t redirects = 0;  ///< most that are followed
  redirected_body redirect_body = redirected_body::same_origin;
  bool gzip = true;
  core::byte_size max_body{16 * 1024 * 1024};
  std::optional<tls_settings> tls;

  static void describe(core::fields<http_request>& f);
  void collect(text_list& into) const;
};

}  // namespace probe
