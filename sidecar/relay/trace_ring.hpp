#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/span_sink.hpp"

namespace core {
class exposition_writer;
}

namespace sidecar {

/// The last traces, for people without a backend: spans of ours and requests of the application's
/// SDK, kept encoded and read when they are shown. Bounded in bytes and traces; the trace that is
/// oldest by its first span goes first. Thread-safe; `add` encodes or copies outside of the lock.
class trace_ring final : public core::span_tap {
 public:
  /// An OTLP request body; shared by the traces that it has spans of.
  using body = std::shared_ptr<const std::string>;
  struct kept_trace {
    core::trace_id id;
    std::vector<body> bodies;
  };

  /// `resource` is `core::encode_resource` of this process. At most `bytes` of bodies and `traces`.
  trace_ring(std::string resource, std::size_t bytes, std::size_t traces);

  void add(const core::span& s) override;
  /// A body larger than the ring is not kept.
  void add(std::string_view otlp_request_body) override;

  /// Newest first. Bodies may have spans of other traces as well, also of such that are gone.
  std::vector<kept_trace> snapshot() const;
  /// The bodies of one trace; none when it is not kept.
  std::vector<body> find(const core::trace_id& id) const;
  void write_metrics(core::exposition_writer& out) const;

 private:
  struct id_hash {
    std::size_t operator()(const core::trace_id& id) const noexcept;
  };
  void keep(body b, const std::vector<core::trace_id>& ids);
  void evict_oldest();

  const std::string resource_;
  const std::size_t most_bytes_, most_traces_;
  mutable std::mutex mutex_;
  std::list<kept_trace> traces_;  // oldest first
  std::unordered_map<core::trace_id, std::list<kept_trace>::iterator, id_hash> by_id_;
  std::unordered_map<const std::string*, std::size_t> owners_;  // traces that refer to a body
  std::size_t bytes_ = 0;
  std::uint64_t evicted_ = 0, refused_ = 0;
};

}  // namespace sidecar
