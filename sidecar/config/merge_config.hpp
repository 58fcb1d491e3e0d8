#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config_reader.hpp"

namespace sidecar {

using namespace std::chrono_literals;

struct merge_source_config {
  std::string name;
  core::base_url url;
  std::string query;
  core::duration timeout = 5s;
  core::byte_size limit{16 * 1024 * 1024};
  std::int64_t limit_series = 50'000;
  std::map<std::string, std::string> labels;
  std::string ca;

  friend bool operator==(const merge_source_config&, const merge_source_config&) = default;

  static void describe(core::fields<merge_source_config>& f) {
    f.required("name", &merge_source_config::name,
               "Name of the source, the `source` label of the metrics about it.");
    f.required("url", &merge_source_config::url,
               "Where its metrics are; without a path, /metrics.");
    f.optional("query", &merge_source_config::query, "Query of the URL, without the `?`.");
    f.optional("timeout", &merge_source_config::timeout,
               "Longest time for its answer; less when the scraper has less.")
        .range(core::duration(10ms), core::duration(25s));
    f.optional("limit", &merge_source_config::limit, "Largest answer that is read.")
        .range(core::byte_size{1024}, core::byte_size{256 * 1024 * 1024});
    f.optional("limit_series", &merge_source_config::limit_series,
               "Samples of a scrape that are merged; the rest is dropped and counted.")
        .range<std::int64_t>(1, 1'000'000);
    f.optional("labels", &merge_source_config::labels,
               "Labels added to each of its samples; one of the same name becomes "
               "`exported_<name>`.");
    f.optional("ca", &merge_source_config::ca,
               "Roots that the certificate of an https URL must lead to; empty: the system's.");
    f.check(check);
  }
  static void check(const merge_source_config& value, const core::node& from, core::reading& r);
};

struct merge_config {
  std::vector<merge_source_config> sources;

  static void describe(core::fields<merge_config>& f) {
    f.required("sources", &merge_config::sources,
               "Metrics of other programs of the pod, merged into our /metrics.");
    f.check(check);
  }
  static void check(const merge_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
