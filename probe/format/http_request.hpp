#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/config_reader.hpp"
#include "probe/format/json_template.hpp"
#include "probe/format/template_text.hpp"

namespace probe {

/// An HTTP request, the check of kind `http`.
struct http_request {
  std::string method = "GET";
  template_text url;
  std::map<std::string, template_text> headers;
  std::optional<template_text> body;
  std::optional<json_template> json;

  static void describe(core::fields<http_request>& f);
  void collect(text_list& into) const;
};

}  // namespace probe
