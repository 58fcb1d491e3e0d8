#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/exposition.hpp"
#include "sidecar/merge/family_kind.hpp"
#include "sidecar/merge/sample_line.hpp"

namespace sidecar {

/// What a body may hold; more is a problem.
struct metrics_limits {
  std::size_t line = 64 * 1024;  ///< bytes
  std::size_t families = 20'000;
  std::size_t samples = 1'000'000;
};

/// A family by its OpenMetrics name, that is, a counter's without `_total`.
struct parsed_family {
  std::string_view name;
  family_kind kind = family_kind::unknown;
  /// A counter of 0.0.4 whose name lacks `_total`: OpenMetrics has no such counter, so that it is
  /// of unknown type there, as with the client libraries.
  bool bare = false;
  std::string_view help;  ///< still escaped
  std::string_view unit;
  std::size_t first = 0, count = 0;  ///< its samples
  bool scattered = false;            ///< its samples were not together
  bool retyped = false;              ///< declared again, or after its samples; that was ignored
};

/// A body that was read: views into it.
struct parsed_metrics {
  core::exposition_format format = core::exposition_format::text;
  std::vector<parsed_family> families;  ///< in order of their first line; some without samples
  std::vector<sample_line> samples;     ///< by family
  struct problem {
    std::size_t line = 0;  ///< from 1
    std::string what;
  };
  std::optional<problem> wrong;  ///< the rest is not to be used then

  std::span<const sample_line> samples_of(const parsed_family& family) const noexcept {
    return std::span(samples).subspan(family.first, family.count);
  }
};

/// Reads an exposition: OpenMetrics 1.0 or the text format 0.0.4, as strictly and as tolerantly as
/// Prometheus does, the first bad line being a problem of the whole body. In steps, so that a large
/// body need not stop a thread's other work. Nothing is copied: the body outlives what is made.
class metrics_parser {
 public:
  metrics_parser(std::string_view body, core::exposition_format format, metrics_limits limits = {});

  /// Reads about `bytes` more; true when that was the last step.
  bool advance(std::size_t bytes);
  /// What was read; after `advance` said true.
  parsed_metrics take() &&;

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  void read_line(std::string_view line);
  void read_comment(std::string_view line);
  void read_metadata(std::string_view word, std::string_view name, std::string_view text);
  void declare(std::string_view name, family_kind kind);
  void read_sample(std::string_view line);
  bool belongs(const sample_line& sample, std::size_t family) const noexcept;
  std::size_t family_of(const sample_line& sample);
  std::size_t find_by_suffix(std::string_view name) const;
  std::size_t family_named(std::string_view name);
  std::size_t add_family(std::string_view name);
  void fail(std::string what);
  void group_samples();

  std::string_view rest_;
  core::exposition_format format_;
  metrics_limits limits_;
  parsed_metrics out_;
  std::vector<std::size_t> family_of_sample_;
  std::unordered_map<std::string_view, std::size_t> by_name_;  // as written in TYPE and HELP
  struct as_written {
    std::string_view name;  // what samples' names extend
    bool declared = false;  // a type was
  };
  std::vector<as_written> written_;  // a family each
  std::size_t current_ = none;
  std::size_t line_ = 0;
  bool ended_ = false;  // "# EOF" was there
};

/// The whole body at once.
parsed_metrics parse_metrics(std::string_view body, core::exposition_format format,
                             metrics_limits limits = {});

}  // namespace sidecar
