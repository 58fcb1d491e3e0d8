#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/exemplar_book.hpp"
#include "core/metrics_shard.hpp"

namespace prometheus {
class Registry;
}

/// Exposition of metrics: OpenMetrics 1.0 and the Prometheus text format 0.0.4.
namespace core {

enum class exposition_format { text, openmetrics };

/// Content negotiation by the Accept header: q values respected; OpenMetrics only when asked for by
/// name, and then on a tie too. A header that cannot be satisfied gets text.
exposition_format negotiate_exposition(std::string_view accept) noexcept;
/// The Content-Type of a format.
const char* content_type(exposition_format format) noexcept;

/// Labels rendered once: `a="b",c="d"`, values escaped; "" for none.
std::string render_labels(metric_label_list labels);

/// A bound or quantile as a label's value, alike in both formats: `1.0`, `0.005`, `1e+06`, `+Inf`.
std::string canonical_number(double value);

/// An exemplar to be written behind a bucket or counter (OpenMetrics only).
struct exemplar {
  std::string labels;  ///< rendered, `trace_id="…"`
  double value = 0;
  double timestamp = 0;  ///< Unix seconds
};

/// Writes families in either format: names, TYPE/HELP, `_total`, canonical `le` (`1.0`, `+Inf`),
/// `# EOF`. A family name written twice is skipped and reported by `duplicates()`; `x` and the
/// counter `x_total` are one name, since OpenMetrics cannot tell them apart.
class exposition_writer {
 public:
  /// `expected` is about how long it will be.
  explicit exposition_writer(exposition_format format, std::size_t expected = 0) : format_(format) {
    out_.reserve(expected);
  }
  exposition_format format() const noexcept { return format_; }

  /// Begins a family; false when its name was written before (then skip its samples).
  bool family(std::string_view name, std::string_view help, metric_type type);
  bool family(const metric_family& f) { return family(f.name, f.help, f.type); }
  /// Samples of the family begun last; `labels` as of `render_labels`.
  void counter(std::string_view labels, double value, const exemplar* e = nullptr);
  void gauge(std::string_view labels, double value);
  /// `buckets` are counts per bucket (not cumulative), one more than bounds; `exemplars` are none,
  /// or one a bucket.
  void histogram(std::string_view labels, std::span<const double> bounds,
                 std::span<const std::uint64_t> buckets, double sum,
                 std::span<const bucket_exemplar> exemplars = {});
  /// A sample line with any suffix, for sources that bring their own shape (summaries).
  void raw(std::string_view suffix, std::string_view labels, double value);

  /// A family that was written.
  struct section {
    std::string name;  ///< a counter's without `_total`
    metric_type type = metric_type::unknown;
    std::size_t begin = 0;
  };
  /// What a guest (`exposition::set_guest`) needs to fit families of other programs in: the
  /// families so far, their lines (valid until something is written), and adding rendered lines to
  /// one of them or at the end.
  const std::vector<section>& sections() const noexcept { return sections_; }
  std::string_view text(std::size_t section) const noexcept;
  void join(std::size_t section, std::string lines) { joins_.emplace(section, std::move(lines)); }
  void append(std::string_view lines);  ///< no family of ours follows

  const std::vector<std::string>& duplicates() const noexcept { return duplicates_; }
  /// Ends the exposition and gives it away.
  std::string finish() &&;

 private:
  void render_bounds(std::span<const double> bounds);
  void insert_joins();

  exposition_format format_;
  std::string name_;  // of the samples: a counter's without _total
  bool total_ = false;
  std::string out_;
  std::unordered_set<std::string> seen_;
  std::vector<std::string> duplicates_;
  std::vector<section> sections_;
  std::size_t appended_ = static_cast<std::size_t>(-1);  // where `append` began
  std::multimap<std::size_t, std::string> joins_;        // lines by the section they belong to
  std::vector<double> bounds_;                           // of the histogram written last,
  std::vector<std::string> le_;                          // and its rendered ends: `le="1.0"} `
  std::size_t longest_le_ = 0;
  std::string prefix_;  // of a series' buckets: `name_bucket{labels,`
};

/// Where families come from. Called on the thread that serves the scrape; must not block.
class metric_source {
 public:
  virtual ~metric_source() = default;
  virtual void write(exposition_writer& out) const = 0;
};

/// The shards of all workers, equal series summed, families in order of first resolution; in
/// OpenMetrics with the exemplars of `book`, the newest of a bucket over all shards.
class shard_source final : public metric_source {
 public:
  explicit shard_source(std::vector<const metrics_shard*> shards,
                        const exemplar_book* book = nullptr)
      : shards_(std::move(shards)), book_(book) {}
  void write(exposition_writer& out) const override;

 private:
  std::vector<const metrics_shard*> shards_;
  const exemplar_book* book_;
};

/// A prometheus-cpp registry: everything that is not hot.
class registry_source final : public metric_source {
 public:
  explicit registry_source(std::shared_ptr<prometheus::Registry> registry)
      : registry_(std::move(registry)) {}
  void write(exposition_writer& out) const override;

 private:
  std::shared_ptr<prometheus::Registry> registry_;
};

/// A function as a source: for components that keep plain counters.
class function_source final : public metric_source {
 public:
  explicit function_source(std::function<void(exposition_writer&)> write)
      : write_(std::move(write)) {}
  void write(exposition_writer& out) const override { write_(out); }

 private:
  std::function<void(exposition_writer&)> write_;
};

/// remora_build_info and the process_* families, from /proc.
class process_source final : public metric_source {
 public:
  process_source(std::string program, std::string version);
  void write(exposition_writer& out) const override;

 private:
  std::string program_, version_;
  double start_seconds_;  // Unix time
};

/// The list of sources behind one /metrics.
class exposition {
 public:
  void add(std::shared_ptr<const metric_source> source) { sources_.push_back(std::move(source)); }
  /// The source that is written after all others, whenever they were added: families of other
  /// programs, which give way to ours.
  void set_guest(std::shared_ptr<const metric_source> guest) { guest_ = std::move(guest); }
  std::string render(exposition_format format) const;

 private:
  std::vector<std::shared_ptr<const metric_source>> sources_;
  std::shared_ptr<const metric_source> guest_;
  mutable std::atomic<std::size_t> last_size_{0};  // what the next one will need
};

}  // namespace core
