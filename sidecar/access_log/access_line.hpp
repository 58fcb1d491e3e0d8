#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "sidecar/access_log/line_template.hpp"
#include "sidecar/access_log/line_text.hpp"
#include "sidecar/config/access_log_config.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// A configured format, resolved once and shared by all workers.
struct access_line_format {
  /// `service` is `service.name`. The configuration was checked.
  access_line_format(access_log_config c, std::string_view service);

  access_log_config config;
  std::string service;                   ///< as it stands in lines: escaped
  std::vector<template_piece> pieces;    ///< of a template; JSON lines have none
  std::vector<std::string> header_keys;  ///< `,"http.request.header.x-request-id":`
  std::uint64_t below = 0;  ///< sampled: trace ids with less randomness than this are logged
};

/// Whether a status from 500 was answered, or the answer never got through.
bool is_error(const exchange_record& record) noexcept;

/// By the OpenTelemetry log data model.
struct line_severity {
  std::string_view text;
  std::uint64_t number;
};
line_severity severity_of(const exchange_record& record) noexcept;

/// Whether a finished request is logged, pure: as `access_log_when` says.
bool is_logged(const exchange_record& record, const access_line_format& format) noexcept;

/// Why a request was out of the ordinary, in words for its `flags`; returns how many there are.
struct line_flags {
  std::array<std::string_view, 8> words;
  std::size_t count = 0;
};
line_flags flags_of(const exchange_record& record) noexcept;

/// Renders lines for one worker into memory of its own, which grows to the longest of them; the
/// steady state allocates nothing. What a request does not have is left out of JSON and a `-` in a
/// template. Bodies, unlisted headers and query values never appear.
class access_line {
 public:
  access_line(std::shared_ptr<const access_line_format> format, const core::wall_clock& wall)
      : format_(std::move(format)), wall_(&wall) {}

  /// The line with its newline, valid until the next one. The record's request is there.
  std::string_view render(const exchange_record& record);

 private:
  void make_room(const exchange_record& record);
  void render_json(const exchange_record& record, line_text& out);
  void render_template(const exchange_record& record, line_text& out);
  bool put(line_field field, std::size_t header, const exchange_record& record, line_text& out);
  bool put_request(line_field field, std::size_t header, const exchange_record& record,
                   line_text& out);
  bool put_phase(line_field field, const exchange_record& record, line_text& out);
  bool put_number(line_field field, const exchange_record& record, line_text& out);
  bool put_query(const exchange_record& record, line_text& out);
  bool put_flags(const exchange_record& record, line_text& out);
  void put_text(std::string_view text, line_text& out);

  std::shared_ptr<const access_line_format> format_;
  const core::wall_clock* wall_;
  timestamp_text timestamp_;
  bool json_ = true;
  std::vector<char> memory_;
};

}  // namespace sidecar
