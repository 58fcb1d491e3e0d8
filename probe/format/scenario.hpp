#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/config_reader.hpp"
#include "probe/format/json_pointer.hpp"
#include "probe/format/json_template.hpp"
#include "probe/format/pattern.hpp"
#include "probe/format/status_set.hpp"
#include "probe/format/template_text.hpp"

/// Scenarios as values: what a person writes in YAML, with its texts, pointers and patterns already
/// parsed. The tables in scenario.cpp are the format: parsing, problems, schema and reference come
/// from them.
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
  std::optional<template_text> equals;
  std::optional<pattern> matches;

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

/// What an answer must be. Everything that is written must hold.
struct expectation {
  status_set status;  ///< empty: any success (2xx)
  std::vector<header_expectation> headers;
  std::vector<json_expectation> json;
  std::optional<template_text> contains;
  std::optional<pattern> matches;
  std::optional<core::duration> latency;

  static void describe(core::fields<expectation>& f);
};

enum class item_choice { first, last, random };
constexpr auto config_names(item_choice) {
  return std::array{std::pair{"first", item_choice::first}, std::pair{"last", item_choice::last},
                    std::pair{"random", item_choice::random}};
}

/// Where a variable comes from: a JSON value, a header or the body, then perhaps a part of it.
struct extraction {
  std::optional<json_pointer> json;
  std::optional<item_choice> pick;   ///< of the array that `json` points to
  std::optional<json_pointer> item;  ///< inside the picked item
  std::optional<std::string> header;
  std::optional<pattern> regex;

  static void describe(core::fields<extraction>& f);
};

/// An HTTP request, the check of kind `http`.
struct http_request {
  std::string method = "GET";
  template_text url;
  std::map<std::string, template_text> headers;
  std::optional<template_text> body;
  std::optional<json_template> json;

  static void describe(core::fields<http_request>& f);
};

/// Repeats a step until its answer is what one waits for.
struct polling {
  expectation until;
  status_set meanwhile;  ///< statuses that mean "not yet"; empty: all
  core::duration every = std::chrono::milliseconds(100);
  core::duration at_most = std::chrono::seconds(10);

  static void describe(core::fields<polling>& f);
};

/// One step. Its check is the one member that is set among the kinds (`http`).
struct step {
  std::string name;
  std::optional<http_request> http;
  std::optional<core::duration> timeout;  ///< of one attempt; unset: the scenario's `step_timeout`
  expectation expect;
  std::optional<polling> poll;
  std::map<std::string, extraction> extract;

  static void describe(core::fields<step>& f);
};

/// Every text of a step that may hold references.
std::vector<const template_text*> texts_of(const step& s);

struct scenario {
  std::string name;
  std::string description;
  core::duration interval = std::chrono::seconds(60);
  core::duration timeout = std::chrono::seconds(30);
  core::duration step_timeout = std::chrono::seconds(5);
  std::int64_t max_running = 32;
  bool sign = true;
  bool trace = true;
  std::vector<step> steps;
  std::vector<step> always;

  /// The file it comes from and its text, to tell whether a reload changed it.
  std::string file;
  std::string source;

  static void describe(core::fields<scenario>& f);

  std::size_t step_count() const noexcept { return steps.size() + always.size(); }
  /// Steps first, then those that always run.
  const step& at(std::size_t i) const noexcept {
    return i < steps.size() ? steps[i] : always[i - steps.size()];
  }
  core::duration timeout_of(const step& s) const noexcept {
    return s.timeout.value_or(step_timeout);
  }
};

}  // namespace probe
