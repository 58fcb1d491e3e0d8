#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sidecar {

/// What a line of the access log may say, by the names of OpenTelemetry's semantic conventions
/// where they have one. The order is that of JSON lines.
enum class line_field : std::uint8_t {
  timestamp,
  severity,
  severity_number,
  service_name,
  body,
  trace_id,
  span_id,
  trace_flags,
  listener,
  method,
  route,
  path,
  query,
  status,
  duration,
  phase_head,
  phase_queue,
  phase_connect,
  phase_send,
  phase_app,
  phase_write,
  upstream,
  request_size,
  response_size,
  client_address,
  protocol_version,
  user_agent,
  synthetic,
  error_type,
  flags,
  header,  ///< a request header of the allow-list
};
inline constexpr std::size_t line_field_count = static_cast<std::size_t>(line_field::header);
std::string_view name_of(line_field field) noexcept;

/// A part of a template: a literal text, or a field behind it.
struct template_piece {
  std::string literal;
  std::optional<line_field> field;
  std::size_t header = 0;  ///< which of the allow-list
};

/// Reads `%{name}` and `%%`; a header of the allow-list is `%{http.request.header.NAME}`. `wrong`
/// is why the text cannot be used, "" when it can.
std::vector<template_piece> parse_template(std::string_view text,
                                           std::span<const std::string> headers,
                                           std::string& wrong);
std::string check_template_text(std::string_view text, std::span<const std::string> headers);
/// All names that a template may use.
std::string template_names(std::span<const std::string> headers);

}  // namespace sidecar
