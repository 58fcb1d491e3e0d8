#pragma once

#include "api/cache/security_source.hpp"
#include "api/cache/shared_cache.hpp"
#include "api/telemetry/observed_call.hpp"

/// The caches with telemetry around them. What is inside outlives the decorator.
namespace api {

/// Looks into the shared cache as spans, durations and shares of the request's time.
class observed_shared_cache final : public shared_cache {
 public:
  observed_shared_cache(tracer& t, shared_cache& inner);
  core::task<core::result<shared_entry>> get(call_context call, std::string isin) override;
  core::task<core::result<>> put(call_context call, std::string isin, snapshot_ptr snapshot,
                                 std::string seen) override;
  core::task<core::result<>> forget(call_context call, std::vector<std::string> isins) override;

 private:
  tracer& tracer_;
  shared_cache& inner_;
  operation get_, put_, forget_;
};

/// Counts which way answers came, from what they say of it:
/// `remora_cache_requests_total{cache="local|shared",result="hit|miss|stale|negative|coalesced|
/// error"}` and `remora_degraded_answers_total{state="stale|cache_bypassed|source_unavailable|
/// overloaded"}`.
class observed_securities final : public security_source {
 public:
  observed_securities(core::worker& w, security_source& inner);
  security_answer find_now(const call_context& call, std::string_view isin) override;
  core::task<core::result<security_answer>> find(call_context call, std::string isin) override;
  core::task<core::result<security_list>> list(call_context call, security_page page) override;
  core::task<> forget(call_context call, std::vector<std::string> isins) override;

 private:
  struct cache_counters {
    cache_counters(core::worker& w, const char* cache);
    core::counter_cell& of(const security_answer& answer) const noexcept;
    core::counter_cell& hit;
    core::counter_cell& miss;
    core::counter_cell& stale;
    core::counter_cell& negative;
    core::counter_cell& coalesced;
    core::counter_cell& error;
  };
  void count(const security_answer& answer);
  void count_failure(const core::error_code& error);

  security_source& inner_;
  cache_counters local_, shared_;
  core::counter_cell& stale_;
  core::counter_cell& cache_bypassed_;
  core::counter_cell& source_unavailable_;
  core::counter_cell& overloaded_;
};

}  // namespace api
