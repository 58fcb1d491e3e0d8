#include "sidecar/relay/trace_ring.hpp"

#include <cstring>

#include "core/exposition.hpp"
#include "core/otlp_encode.hpp"
#include "sidecar/relay/otlp_spans.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family held{"remora_trace_ring_traces", "Traces in the ring.",
                                   core::metric_type::gauge};
constexpr core::metric_family held_bytes{"remora_trace_ring_bytes",
                                         "What the spans in the ring take, encoded.",
                                         core::metric_type::gauge};
constexpr core::metric_family evicted_traces{"remora_trace_ring_evicted_total",
                                             "Traces that made room for newer ones.",
                                             core::metric_type::counter};
constexpr core::metric_family refused_bodies{
    "remora_trace_ring_refused_total",
    "Requests with spans that were larger than the ring, and not kept.",
    core::metric_type::counter};

// Of the strings and list nodes around a body: small ones are mostly that.
constexpr std::size_t overhead = 160;

}  // namespace

std::size_t trace_ring::id_hash::operator()(const core::trace_id& id) const noexcept {
  std::size_t out;  // ids are random
  std::memcpy(&out, id.bytes.data() + id.bytes.size() - sizeof out, sizeof out);
  return out;
}

trace_ring::trace_ring(std::string resource, std::size_t bytes, std::size_t traces)
    : resource_(std::move(resource)), most_bytes_(bytes), most_traces_(traces) {}

void trace_ring::add(const core::span& s) {
  keep(std::make_shared<const std::string>(core::encode_export_request(resource_, {&s, 1})),
       {s.context.trace});
}

void trace_ring::add(std::string_view otlp_request_body) {
  keep(std::make_shared<const std::string>(otlp_request_body), trace_ids_of(otlp_request_body));
}

void trace_ring::keep(body b, const std::vector<core::trace_id>& ids) {
  const std::lock_guard lock(mutex_);
  if (ids.empty()) return;
  const std::size_t size = b->size() + overhead;
  if (size > most_bytes_) {
    ++refused_;
    return;
  }
  // Room first, so that a new trace of many does not push out its siblings.
  while (!traces_.empty() && bytes_ + size > most_bytes_) evict_oldest();
  bytes_ += size;
  owners_[b.get()] = ids.size();
  for (const auto& id : ids) {
    auto found = by_id_.find(id);
    if (found == by_id_.end()) {
      traces_.push_back({id, {}});
      found = by_id_.emplace(id, std::prev(traces_.end())).first;
    }
    found->second->bodies.push_back(b);
  }
  while (traces_.size() > most_traces_) evict_oldest();
}

void trace_ring::evict_oldest() {
  auto& oldest = traces_.front();
  for (const auto& b : oldest.bodies) {
    const auto owner = owners_.find(b.get());
    if (--owner->second > 0) continue;
    bytes_ -= b->size() + overhead;
    owners_.erase(owner);
  }
  by_id_.erase(oldest.id);
  traces_.pop_front();
  ++evicted_;
}

std::vector<trace_ring::kept_trace> trace_ring::snapshot() const {
  const std::lock_guard lock(mutex_);
  return {traces_.rbegin(), traces_.rend()};
}

std::vector<trace_ring::body> trace_ring::find(const core::trace_id& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::vector<body>() : found->second->bodies;
}

void trace_ring::write_metrics(core::exposition_writer& out) const {
  const std::lock_guard lock(mutex_);
  if (out.family(held)) out.gauge("", static_cast<double>(traces_.size()));
  if (out.family(held_bytes)) out.gauge("", static_cast<double>(bytes_));
  if (out.family(evicted_traces)) out.counter("", static_cast<double>(evicted_));
  if (out.family(refused_bodies)) out.counter("", static_cast<double>(refused_));
}

}  // namespace sidecar
