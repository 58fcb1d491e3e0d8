#pragma once

#include <cstdint>
#include <optional>

#include "core/random_source.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// What a head sampling decision looks at.
struct sampling_facts {
  bool synthetic = false;
  bool has_caller = false;
  bool caller_is_trusted = false;
  bool caller_sampled = false;
  std::uint64_t random = 0;  ///< 56 bits of our own
};

/// Head sampling, pure. Verified probes are kept; a trusted caller's flag is followed; of
/// everything else the share below `threshold` is kept by our own randomness: a stranger could
/// choose a trace id that is always kept.
bool keep(const sampling_facts& facts, std::uint64_t threshold) noexcept;

/// The threshold of a ratio in [0, 1].
std::uint64_t sampling_threshold(double ratio) noexcept;

/// Gives every request its span context: a child of the caller's, or a new root.
class sampling {
 public:
  sampling(core::random_source& random, double ratio)
      : random_(&random), threshold_(sampling_threshold(ratio)) {}
  std::optional<reply> before(exchange_record& record);

 private:
  core::random_source* random_;
  std::uint64_t threshold_;
};

}  // namespace sidecar
