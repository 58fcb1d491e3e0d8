#include "sidecar/relay/local_roots.hpp"

#include "core/exposition.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family requests_family{
    "remora_propagation_requests_total",
    "Requests by whether the application continued their trace, by route.",
    core::metric_type::counter};
constexpr core::metric_family foreign_family{
    "remora_propagation_foreign_roots_total",
    "SERVER spans with which the application began a trace, instead of continuing ours.",
    core::metric_type::counter};

}  // namespace

const char* to_label(continuation c) noexcept {
  switch (c) {
    case continuation::continued: return "continued";
    case continuation::no_spans: return "no_spans";
    case continuation::no_context: return "no_context";
  }
  return "no_spans";
}

void local_roots::declare(std::string_view route) {
  const std::lock_guard lock(counts_mutex_);
  counts_.try_emplace(std::string(route));
}

void local_roots::open(const core::span_context& root, std::uint8_t method, std::string_view path,
                       std::string_view route) {
  shard& in = of(root.trace);
  const std::lock_guard lock(in.mutex);
  if (in.requests.size() >= most_a_shard_) return;
  entry e;
  e.trace = root.trace;
  e.span = root.span;
  e.method = method;
  if (path.size() <= longest_path) e.path = path;
  e.route = route;
  in.requests.emplace(root.trace, std::move(e));
}

void local_roots::close(const core::span_context& root, core::instant finished) {
  shard& in = of(root.trace);
  const std::lock_guard lock(in.mutex);
  const auto [first, last] = in.requests.equal_range(root.trace);
  for (auto at = first; at != last; ++at)
    if (at->second.span == root.span) at->second.finished = finished;
}

void local_roots::called(const core::trace_id& trace) {
  shard& in = of(trace);
  const std::lock_guard lock(in.mutex);
  const auto [first, last] = in.requests.equal_range(trace);
  for (auto at = first; at != last; ++at) at->second.continued = true;
}

std::optional<local_roots::request> local_roots::saw(const core::trace_id& trace,
                                                     const core::span_id& parent) {
  std::optional<request> out;
  shard& in = of(trace);
  const std::lock_guard lock(in.mutex);
  const auto [first, last] = in.requests.equal_range(trace);
  for (auto at = first; at != last; ++at) {
    entry& e = at->second;
    e.seen = true;
    if (e.span != parent) continue;
    e.continued = true;
    out = request{e.method, e.path};
  }
  return out;
}

bool local_roots::knows(const core::trace_id& trace) const {
  const shard& in = of(trace);
  const std::lock_guard lock(in.mutex);
  return in.requests.contains(trace);
}

void local_roots::sweep(core::instant now) {
  const core::instant last_spans{core::duration(last_spans_.load(std::memory_order_relaxed))};
  for (auto& in : shards_) {
    const std::lock_guard lock(in.mutex);
    for (auto at = in.requests.begin(); at != in.requests.end();) {
      const entry& e = at->second;
      const bool due = e.finished != core::instant{} && now - e.finished >= grace;
      if (due) judge(e, last_spans);
      at = due ? in.requests.erase(at) : std::next(at);
    }
  }
}

void local_roots::judge(const entry& e, core::instant last_spans) {
  auto result = continuation::no_spans;
  if (e.continued)
    result = continuation::continued;
  else if (e.seen)
    result = continuation::no_context;
  else if (last_spans < e.finished)
    return;
  const std::lock_guard lock(counts_mutex_);
  ++counts_[e.route][static_cast<std::size_t>(result)];
}

std::size_t local_roots::size() const {
  std::size_t out = 0;
  for (const auto& in : shards_) {
    const std::lock_guard lock(in.mutex);
    out += in.requests.size();
  }
  return out;
}

void local_roots::write_metrics(core::exposition_writer& out) const {
  if (out.family(foreign_family)) out.counter("", static_cast<double>(foreign_.load()));
  if (!out.family(requests_family)) return;
  const std::lock_guard lock(counts_mutex_);
  for (const auto& [route, results] : counts_)
    for (int i = 0; i < continuation_count; ++i) {
      const std::array<std::pair<std::string_view, std::string_view>, 2> labels{
          {{"route", route}, {"result", to_label(static_cast<continuation>(i))}}};
      out.counter(core::render_labels(labels),
                  static_cast<double>(results[static_cast<std::size_t>(i)]));
    }
}

}  // namespace sidecar
