#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "core/clock.hpp"
#include "core/metrics_shard.hpp"
#include "core/probe_signature.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// The nonces of all workers: a header is accepted once by the process, whichever worker meets it.
class shared_verifier {
 public:
  explicit shared_verifier(std::vector<core::signing_key> keys) : verifier_(std::move(keys)) {}
  core::verified_probe verify(std::string_view header, std::int64_t unix_seconds) {
    const std::lock_guard lock(mutex_);
    return verifier_.verify(header, unix_seconds);
  }

 private:
  std::mutex mutex_;
  core::probe_verifier verifier_;
};

/// Decides whether a request is synthetic (design, contract 2): a signed header that verifies, or,
/// from peers, the tracestate member `remora=synthetic` (`remora=load`: a load run). Strangers'
/// member is removed; onward the member is set for synthetic requests only. The header itself never
/// goes further.
class synthetic_mark {
 public:
  /// `verifier` may be null: then no probe is known here, and headers are counted as unknown_key.
  synthetic_mark(core::metrics_shard& metrics, const core::wall_clock& wall,
                 std::shared_ptr<shared_verifier> verifier);
  std::optional<reply> before(exchange_record& record);

 private:
  std::optional<core::probe_purpose> verified(const exchange_record& record);
  static std::optional<core::probe_purpose> word_of_peer(const exchange_record& record) noexcept;

  const core::wall_clock* wall_;
  std::shared_ptr<shared_verifier> verifier_;
  std::array<core::counter_cell*, core::signature_result_count> results_{};
};

}  // namespace sidecar
