#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "api/cache/cached_securities.hpp"
#include "tests/unit/api_cache_fakes.hpp"

namespace api_tests {

inline const std::string isin = "US0378331005";
inline const std::string another = "DE0007164600";

using found = core::result<api::security_answer>;

/// Both caches between fake sources and whoever asks.
class cached_securities : public ::testing::Test {
 protected:
  // Nothing here becomes old by itself while a test runs, unless the test says so.
  cached_securities() {
    config.fresh = std::chrono::minutes(10);
    config.keep = std::chrono::hours(10);
    config.timeout = std::chrono::minutes(5);
    config.patience = std::chrono::minutes(5);
    config.local = std::chrono::hours(1);
    config.local_entries = 100;
  }
  api::cached_securities& cache() {
    if (!cache_) cache_.emplace(loop.worker(), maker, shared, config);
    return *cache_;
  }
  found find(const std::string& which = isin, core::deadline until = core::deadline::never()) {
    api::call_context call;
    call.until = until;
    return run(loop, cache().find(call, which));
  }
  /// What this process has of it, as the other replicas find it in Redis.
  bool written_behind(int puts) {
    return run(loop, holds(loop.worker(), [&] { return shared.kept + shared.refused >= puts; }));
  }
  void forget(std::vector<std::string> which) { loop.run(cache().forget({}, std::move(which))); }
  std::int64_t unix_millis() {
    return static_cast<std::int64_t>(loop.worker().wall.unix_nanos(core::now()) / 1'000'000);
  }
  /// Puts a snapshot into the shared cache that was read so long ago.
  void remember(core::duration age, const std::string& value = "33") {
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
    const api::security security{isin, "Apple Inc.", "US", "IT", "USD"};
    const api::score score{isin, value, "2026-01-01T00:00:00Z", true};
    shared.texts[isin] =
        api::to_cache_text(*api::make_snapshot(security, score, unix_millis() - millis));
  }
  static bool has_value(const found& answer, const std::string& value) {
    return answer && answer->snapshot->body.find("\"value\":" + value + ",") != std::string::npos;
  }

  tests::loop loop;
  fake_maker maker{loop.worker()};
  fake_shared_cache shared{loop.worker()};
  api::cache_config config;

 private:
  std::optional<api::cached_securities> cache_;
};

}  // namespace api_tests
