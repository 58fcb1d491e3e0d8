#pragma once

#include <array>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/metrics_shard.hpp"
#include "core/stream_pool.hpp"
#include "core/task.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/upstream_targets.hpp"
#include "sidecar/proxy/watched_name.hpp"

namespace sidecar {

class discovery;

/// One target of an upstream: its pool, and who uses it. Counted without atomics: one thread's.
struct upstream_lane : boost::intrusive_ref_counter<upstream_lane, boost::thread_unsafe_counter> {
  upstream_lane(core::worker& w, const upstream_target& t)
      : target(t), pool(w, {{t.at.address().to_string(), t.at.port()}, nullptr, ""}, {}) {}

  upstream_target target;
  core::stream_pool pool;
  core::instant rests_until{};  ///< after a failed dial: tried when there is no other
};
using lane_ptr = boost::intrusive_ptr<upstream_lane>;

/// A stream to the upstream for one exchange, or why there is none.
struct connection {
  std::unique_ptr<core::byte_stream> stream;
  failure why = failure::none;
  lane_ptr lane;  ///< what the stream leads to; in use as long as somebody holds it
};

/// The upstream of a listener on one worker: its targets with their pools, its dials and what is
/// counted about them. An address is one target for ever; a name's targets come and go with every
/// look-up: one that is gone gets no new requests and loses its idle streams, and those in flight
/// finish.
class upstream {
 public:
  /// How long a target that could not be dialled is passed over.
  static constexpr core::duration rest = std::chrono::seconds(5);

  upstream(core::worker& w, const listener_settings& settings);
  upstream(const upstream&) = delete;
  upstream& operator=(const upstream&) = delete;

  /// Begins to follow its name, if it has one; once, on the worker's thread, before `take`.
  void find_by(discovery& names);

  /// A pooled stream to a target of the lowest priority, or none: then `connect`. `fresh_only` for
  /// requests that must not be sent twice.
  connection take(bool fresh_only);
  /// A new stream to a target of the lowest priority; when it cannot be dialled, to the next.
  core::task<connection> connect(core::deadline until);
  /// Keeps a stream for the next request, unless its target is gone.
  void put(std::unique_ptr<core::byte_stream> stream, core::instant now);
  void count_retry() noexcept { retries_.add(); }

 private:
  enum class outcome { ok, refused, timed_out, tls, other };
  using tried_lanes = std::vector<lane_ptr>;

  void count(outcome o) noexcept { connects_[static_cast<std::size_t>(o)]->add(); }
  failure failed(const core::error_code& error) noexcept;
  void adopt(const std::vector<upstream_target>& next);
  void forget_drained();
  upstream_lane* pick(const tried_lanes& tried);
  core::task<core::dialled> dial(lane_ptr lane, core::deadline until, std::size_t tried);

  core::worker& worker_;
  core::dial_target how_;                      // but for where
  std::shared_ptr<const core::live_tls> tls_;  // null: plain
  std::vector<upstream_target> targets_;       // of `lanes_`, for `choose`
  std::vector<lane_ptr> lanes_;
  std::vector<lane_ptr> draining_;  // gone, with requests in flight
  bool any_rests_ = false;
  std::optional<service_name> wanted_;  // none: an address
  std::string label_;
  std::shared_ptr<watched_name> name_;
  watched_name::subscription subscription_;
  std::array<core::counter_cell*, 5> connects_{};
  core::counter_cell& reused_;
  core::counter_cell& retries_;
  core::gauge_cell* active_gauge_ = nullptr;  // null: another worker tells
  core::gauge_cell* draining_gauge_ = nullptr;
};

}  // namespace sidecar
