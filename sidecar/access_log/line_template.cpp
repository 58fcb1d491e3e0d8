#include "sidecar/access_log/line_template.hpp"

#include <array>

#include "core/http_head.hpp"

namespace sidecar {
namespace {

constexpr std::array<std::string_view, line_field_count> names{"timestamp",
                                                               "severity",
                                                               "severity_number",
                                                               "service.name",
                                                               "body",
                                                               "trace_id",
                                                               "span_id",
                                                               "trace_flags",
                                                               "listener",
                                                               "http.request.method",
                                                               "http.route",
                                                               "url.path",
                                                               "url.query",
                                                               "http.response.status_code",
                                                               "duration",
                                                               "phase.head",
                                                               "phase.queue",
                                                               "phase.connect",
                                                               "phase.send",
                                                               "phase.app",
                                                               "phase.write",
                                                               "upstream",
                                                               "http.request.body.size",
                                                               "http.response.body.size",
                                                               "client.address",
                                                               "network.protocol.version",
                                                               "user_agent.original",
                                                               "user_agent.synthetic.type",
                                                               "error.type",
                                                               "flags"};

constexpr std::string_view header_prefix = "http.request.header.";

/// Sets the piece's field; false when there is none of that name.
bool resolve(std::string_view name, std::span<const std::string> headers, template_piece& piece) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) piece.field = static_cast<line_field>(i);
  if (name.starts_with(header_prefix))
    for (std::size_t i = 0; i < headers.size(); ++i)
      if (core::iequals(headers[i], name.substr(header_prefix.size()))) {
        piece.field = line_field::header;
        piece.header = i;
      }
  return piece.field.has_value();
}

}  // namespace

std::string_view name_of(line_field field) noexcept {
  const auto i = static_cast<std::size_t>(field);
  return i < names.size() ? names[i] : header_prefix;
}

std::vector<template_piece> parse_template(std::string_view text,
                                           std::span<const std::string> headers,
                                           std::string& wrong) {
  std::vector<template_piece> out(1);
  wrong.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) < ' ' && text[i] != '\t') {
      wrong = "a control character in the template";
      return out;
    }
    if (text[i] != '%') {
      out.back().literal += text[i];
      continue;
    }
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (next == '%') {
      out.back().literal += text[++i];
      continue;
    }
    const auto end = next == '{' ? text.find('}', i) : text.npos;
    if (end == text.npos) {
      wrong = "a % at character " + std::to_string(i + 1) + " that begins no %{name} and no %%";
      return out;
    }
    const auto name = text.substr(i + 2, end - i - 2);
    if (!resolve(name, headers, out.back())) {
      wrong = "there is no %{" + std::string(name) + "}";
      return out;
    }
    out.emplace_back();
    i = end;
  }
  return out;
}

std::string check_template_text(std::string_view text, std::span<const std::string> headers) {
  std::string wrong;
  parse_template(text, headers, wrong);
  return wrong;
}

std::string template_names(std::span<const std::string> headers) {
  std::string out;
  for (const auto name : names) out.append(out.empty() ? "" : ", ").append(name);
  for (const auto& header : headers) out.append(", ").append(header_prefix).append(header);
  return out;
}

}  // namespace sidecar
