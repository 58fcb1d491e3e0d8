#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/config_reader.hpp"

namespace sidecar {

enum class access_log_format { json, text };
constexpr auto config_names(access_log_format) {
  return std::array{std::pair{"json", access_log_format::json},
                    std::pair{"template", access_log_format::text}};
}

enum class access_log_when { all, errors, sampled };
constexpr auto config_names(access_log_when) {
  return std::array{std::pair{"all", access_log_when::all},
                    std::pair{"errors", access_log_when::errors},
                    std::pair{"sampled", access_log_when::sampled}};
}

struct access_log_config {
  access_log_format format = access_log_format::json;
  std::string text;
  access_log_when when = access_log_when::all;
  double ratio = 0.01;
  std::string path;
  std::vector<std::string> fields;
  std::vector<std::string> query_keys;
  core::byte_size buffer{512 * 1024};

  friend bool operator==(const access_log_config&, const access_log_config&) = default;

  static void describe(core::fields<access_log_config>& f) {
    f.optional("format", &access_log_config::format,
               "A JSON object a line, or `template`, a text with placeholders.");
    f.optional("template", &access_log_config::text,
               "With `format: template`: the line, `%{name}` standing for a value, `%%` for a "
               "percent sign; docs/access-log.md has the names.");
    f.optional("when", &access_log_config::when,
               "`all` requests; `errors`: a status from 500, or an answer that never got through; "
               "`sampled`: errors, and the share `ratio` of the rest.");
    f.optional("ratio", &access_log_config::ratio,
               "With `when: sampled`: share of the rest, chosen by the trace id, so that services "
               "with the same ratio choose the same requests.")
        .range(0.0, 1.0);
    f.optional("path", &access_log_config::path,
               "File to append to, opened anew on reload; empty: standard output.");
    f.optional("fields", &access_log_config::fields,
               "Request headers that are logged; others never are.");
    f.optional("query_keys", &access_log_config::query_keys,
               "Query parameters whose values are logged; without any, no query is.");
    f.optional("buffer", &access_log_config::buffer,
               "What each worker keeps until it is written; lines beyond are dropped and counted.")
        .range(core::byte_size{64 * 1024}, core::byte_size{256 * 1024 * 1024});
    f.check(check);
  }
  static void check(const access_log_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
