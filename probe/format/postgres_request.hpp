#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
#include "probe/format/pattern.hpp"
#include "probe/format/template_text.hpp"

namespace probe {

/// A statement that a PostgreSQL runs, the check of kind `postgres`.
struct postgres_request {
  template_text url;
  template_text query = template_text::literal("SELECT 1");
  std::vector<template_text> parameters;

  static void describe(core::fields<postgres_request>& f);
  void collect(text_list& into) const;
};

/// What the values of one column must be.
struct column_expectation {
  std::string column;
  std::optional<std::int64_t> row;
  std::optional<template_text> equals;
  std::optional<pattern> matches;
  std::optional<bool> is_null;

  static void describe(core::fields<column_expectation>& f);
};

/// What a statement must give.
struct postgres_expectation {
  std::optional<std::int64_t> rows;
  std::optional<std::int64_t> at_least;
  std::optional<std::int64_t> at_most;
  std::vector<column_expectation> values;

  static void describe(core::fields<postgres_expectation>& f);
  void collect(text_list& into) const;
};

}  // namespace probe
