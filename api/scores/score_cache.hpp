#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/config.hpp"
#include "api/postgres/score_repository.hpp"
#include "api/redis/redis_connection.hpp"

namespace api {

/// A score as it was when it was cached.
struct cached_score {
  score value;
  std::int64_t cached_at = 0;  ///< Unix milliseconds
};

/// Where scores are kept for a while. Errors mean that the cache cannot be asked; nobody fails of
/// that.
class score_cache {
 public:
  virtual ~score_cache() = default;
  virtual core::task<core::result<std::optional<cached_score>>> get(call_context call,
                                                                    std::string isin) = 0;
  virtual core::task<core::result<>> put(call_context call, cached_score entry) = 0;
};

/// Redis, shared by all replicas: key `remora:score:<isin>`, JSON with `cached_at` before it.
class redis_score_cache final : public score_cache {
 public:
  /// Entries live for `keep`.
  redis_score_cache(redis_connection& connection, core::duration keep);
  core::task<core::result<std::optional<cached_score>>> get(call_context call,
                                                            std::string isin) override;
  core::task<core::result<>> put(call_context call, cached_score entry) override;

 private:
  redis_connection& connection_;
  core::duration keep_;
};

/// An entry as the text that is kept, and back; nullopt for what is no such text. Pure.
std::string to_cache_text(const cached_score& entry);
std::optional<cached_score> parse_cache_text(std::string_view text);

/// A source behind a cache: answers from the cache while that is fresh, else from the source, and
/// when the source fails from the cache again, however old. The cache is written behind the
/// answer's back, and one that is slow or gone costs at most its timeout.
class cached_score_source final : public score_source {
 public:
  cached_score_source(core::worker& w, score_source& source, score_cache& cache,
                      cache_config config);
  core::task<core::result<std::optional<score>>> find(call_context call, std::string isin) override;

 private:
  core::task<> keep(call_context call, cached_score entry);

  core::worker& worker_;
  score_source& source_;
  score_cache& cache_;
  cache_config config_;
};

}  // namespace api
