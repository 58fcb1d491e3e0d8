#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config_reader.hpp"
#include "probe/format/pattern.hpp"
#include "probe/format/template_text.hpp"

namespace probe {

/// A command to a Redis, the check of kind `redis`.
struct redis_request {
  template_text address;
  bool tls = false;
  std::optional<std::string> server_name;
  std::optional<template_text> user;
  std::optional<template_text> password;
  std::optional<std::int64_t> db;
  std::vector<template_text> command{template_text::literal("PING")};

  static void describe(core::fields<redis_request>& f);
  void collect(text_list& into) const;
};

enum class reply_type { nil, status, error, integer, string, array };
constexpr auto config_names(reply_type) {
  return std::array{
      std::pair{"nil", reply_type::nil},       std::pair{"status", reply_type::status},
      std::pair{"error", reply_type::error},   std::pair{"integer", reply_type::integer},
      std::pair{"string", reply_type::string}, std::pair{"array", reply_type::array}};
}

/// What the reply of a Redis must be. An error reply is wrong unless `type: error` is expected.
struct redis_expectation {
  std::optional<reply_type> type;
  std::optional<template_text> equals;
  std::optional<pattern> matches;
  std::optional<std::int64_t> at_least;
  std::optional<std::int64_t> at_most;

  static void describe(core::fields<redis_expectation>& f);
  void collect(text_list& into) const;
};

}  // namespace probe
