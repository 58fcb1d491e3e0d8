#pragma once

#include <vector>

#include "core/http_client.hpp"
#include "core/worker.hpp"
#include "slo/serve/config.hpp"
#include "slo/serve/failures.hpp"

namespace slo {

/// Asks the probes for their last failed runs, again and again, however many people look. Lives on
/// its worker. A probe that does not answer keeps what it said last, with the problem beside it.
class failure_watch {
 public:
  failure_watch(core::worker& w, const std::vector<probe_source>& probes, core::duration every);

  void start();
  /// In the order of configuration.
  const std::vector<failure_source>& sources() const noexcept { return sources_; }
  /// Grows with every attempt.
  std::uint64_t version() const noexcept { return version_; }

 private:
  core::task<> keep_asking(std::size_t probe);
  core::task<std::string> ask(std::size_t probe);

  core::worker& worker_;
  core::duration every_;
  std::vector<probe_source> probes_;
  std::vector<std::unique_ptr<core::http_client>> clients_;
  std::vector<failure_source> sources_;
  std::uint64_t version_ = 0;
};

}  // namespace slo
