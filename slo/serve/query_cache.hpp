#pragma once

#include <list>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"
#include "slo/serve/served_body.hpp"

namespace slo {

/// Answers that cost Prometheus a query, kept for a moment so that many readers cost it one. The
/// oldest makes room. Used by one thread.
class query_cache {
 public:
  explicit query_cache(core::duration fresh, std::size_t size = 64) : fresh_(fresh), size_(size) {}

  /// Nullptr when it is not there or too old; valid until the next `put`.
  const served_body* find(std::string_view key, core::instant now) const;
  const served_body& put(std::string key, served_body body, core::instant now);

 private:
  struct entry {
    std::string key;
    core::instant until;
    served_body body;
  };
  core::duration fresh_;
  std::size_t size_;
  std::list<entry> entries_;  // newest first
};

}  // namespace slo
