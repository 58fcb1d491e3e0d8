#pragma once

#include <array>
#include <memory>

#include "core/metrics_shard.hpp"
#include "core/stream_pool.hpp"
#include "core/task.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {

/// A new stream to the upstream, or why there is none.
struct connection {
  std::unique_ptr<core::byte_stream> stream;
  failure why = failure::none;
};

/// The upstream of a listener on one worker: its pool, its dials and what is counted about them.
class upstream {
 public:
  upstream(core::worker& w, const listener_settings& settings);

  /// A pooled stream, or null: then `connect`. `fresh_only` for requests that must not be sent
  /// twice.
  std::unique_ptr<core::byte_stream> take(bool fresh_only);
  core::task<connection> connect(core::deadline until);
  void put(std::unique_ptr<core::byte_stream> stream, core::instant now) {
    pool_.put(std::move(stream), now);
  }
  void count_retry() noexcept { retries_.add(); }

 private:
  enum class outcome { ok, refused, timed_out, tls, other };
  void count(outcome o) noexcept { connects_[static_cast<std::size_t>(o)]->add(); }
  failure failed(const core::error_code& error) noexcept;

  core::worker& worker_;
  core::stream_pool pool_;
  std::shared_ptr<const core::live_tls> tls_;  // null: plain
  std::array<core::counter_cell*, 5> connects_{};
  core::counter_cell& reused_;
  core::counter_cell& retries_;
};

}  // namespace sidecar
