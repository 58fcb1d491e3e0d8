#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config_reader.hpp"
#include "probe/format/dns_request.hpp"
#include "probe/format/json_pointer.hpp"
#include "probe/format/json_template.hpp"
#include "probe/format/pattern.hpp"
#include "probe/format/phase_limits.hpp"
#include "probe/format/postgres_request.hpp"
#include "probe/format/redis_request.hpp"
#include "probe/format/status_set.hpp"
#include "probe/format/template_text.hpp"
#include "probe/format/tls_expectation.hpp"

namespace probe {

enum class json_type { null, boolean, number, string, array, object };
constexpr auto config_names(json_type) {
  return std::array{
      std::pair{"null", json_type::null},     std::pair{"boolean", json_type::boolean},
      std::pair{"number", json_type::number}, std::pair{"string", json_type::string},
      std::pair{"array", json_type::array},   std::pair{"object", json_type::object}};
}

struct header_expectation {
  std::string name;
  std::optional<bool> exists;
  std::optional<template_text> equals;
  std::optional<pattern> matches;
  std::optional<pattern> not_matches;

  static void describe(core::fields<header_expectation>& f);
};

struct json_expectation {
  json_pointer pointer;
  std::optional<bool> exists;
  std::optional<json_template> equals;
  std::optional<json_type> type;
  std::optional<pattern> matches;

  static void describe(core::fields<json_expectation>& f);
};

/// Bounds of a size in bytes, inclusive.
struct size_range {
  std::optional<core::byte_size> min;
  std::optional<core::byte_size> max;

  static void describe(core::fields<size_range>& f);
};

enum class http_version { http_1_0, http_1_1 };
constexpr auto config_names(http_version) {
  return std::array{std::pair{"HTTP/1.0", http_version::http_1_0},
                    std::pair{"HTTP/1.1", http_version::http_1_1}};
}

/// What an answer must be. Everything that is written must hold.
struct expectation {
  status_set status;  ///< empty: any success (2xx)
  std::vector<header_expectation> headers;
  std::vector<json_expectation> json;
  std::optional<template_text> contains;
  std::optional<template_text> not_contains;
  std::optional<pattern> matches;
  std::optional<pattern> not_matches;
  std::optional<size_range> size;      ///< of the body as it is read, after decoding
  std::optional<size_range> raw_size;  ///< of the body as it was sent
  std::optional<http_version> version;
  std::optional<core::duration> latency;
  std::optional<dns_expectation> dns;
  std::optional<redis_expectation> redis;
  std::optional<postgres_expectation> postgres;
  std::optional<phase_limits> phases;
  std::optional<tls_expectation> tls;

  static void describe(core::fields<expectation>& f);
  void collect(text_list& into) const;
};

}  // namespace probe
