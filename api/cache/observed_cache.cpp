#include "api/cache/observed_cache.hpp"

#include "core/sqlstate.hpp"

namespace api {
namespace {

constexpr core::metric_family remora_cache_requests_total{
    "remora_cache_requests_total",
    "Looks into the caches of securities, by cache and by what they found.",
    core::metric_type::counter};
constexpr core::metric_family remora_degraded_answers_total{
    "remora_degraded_answers_total",
    "Reads that a dependency which is gone made worse: answered stale, answered past the shared "
    "cache, or not answered.",
    core::metric_type::counter};

core::counter_cell& degraded(core::worker& w, const char* state) {
  return w.metrics.counter(remora_degraded_answers_total, {{"state", state}});
}

}  // namespace

observed_shared_cache::observed_shared_cache(tracer& t, shared_cache& inner)
    : tracer_(t),
      inner_(inner),
      get_(cache_operation(t.owner(), "GET")),
      put_(cache_operation(t.owner(), "EVALSHA")),
      forget_(cache_operation(t.owner(), "SET")) {}

core::task<core::result<shared_entry>> observed_shared_cache::get(call_context call,
                                                                  std::string isin) {
  observed_call observed(tracer_, get_, call);
  co_return observed.seen(co_await inner_.get(observed.below(), std::move(isin)));
}

core::task<core::result<>> observed_shared_cache::put(call_context call, std::string isin,
                                                      snapshot_ptr snapshot, std::string seen) {
  observed_call observed(tracer_, put_, call);
  co_return observed.seen(
      co_await inner_.put(observed.below(), std::move(isin), std::move(snapshot), std::move(seen)));
}

core::task<core::result<>> observed_shared_cache::forget(call_context call,
                                                         std::vector<std::string> isins) {
  observed_call observed(tracer_, forget_, call);
  co_return observed.seen(co_await inner_.forget(observed.below(), std::move(isins)));
}

observed_securities::cache_counters::cache_counters(core::worker& w, const char* cache)
    : hit(w.metrics.counter(remora_cache_requests_total, {{"cache", cache}, {"result", "hit"}})),
      miss(w.metrics.counter(remora_cache_requests_total, {{"cache", cache}, {"result", "miss"}})),
      stale(
          w.metrics.counter(remora_cache_requests_total, {{"cache", cache}, {"result", "stale"}})),
      negative(w.metrics.counter(remora_cache_requests_total,
                                 {{"cache", cache}, {"result", "negative"}})),
      coalesced(w.metrics.counter(remora_cache_requests_total,
                                  {{"cache", cache}, {"result", "coalesced"}})),
      error(w.metrics.counter(remora_cache_requests_total,
                              {{"cache", cache}, {"result", "error"}})) {}

core::counter_cell& observed_securities::cache_counters::of(
    const security_answer& answer) const noexcept {
  return answer.stale ? stale : answer.snapshot->exists() ? hit : negative;
}

observed_securities::observed_securities(core::worker& w, security_source& inner)
    : inner_(inner),
      local_(w, "local"),
      shared_(w, "shared"),
      stale_(degraded(w, "stale")),
      cache_bypassed_(degraded(w, "cache_bypassed")),
      source_unavailable_(degraded(w, "source_unavailable")),
      overloaded_(degraded(w, "overloaded")) {}

security_answer observed_securities::find_now(const call_context& call, std::string_view isin) {
  auto known = inner_.find_now(call, isin);
  if (known.snapshot) count(known);
  return known;
}

core::task<core::result<security_answer>> observed_securities::find(call_context call,
                                                                    std::string isin) {
  auto found = co_await inner_.find(std::move(call), std::move(isin));
  if (found) {
    count(*found);
  } else {
    local_.miss.add();
    count_failure(found.error());
  }
  co_return found;
}

core::task<core::result<security_list>> observed_securities::list(call_context call,
                                                                  security_page page) {
  auto found = co_await inner_.list(std::move(call), std::move(page));
  if (!found) count_failure(found.error());
  co_return found;
}

core::task<> observed_securities::forget(call_context call, std::vector<std::string> isins) {
  return inner_.forget(std::move(call), std::move(isins));
}

void observed_securities::count(const security_answer& answer) {
  if (answer.stale) stale_.add();
  if (answer.way == answered_by::local) return local_.of(answer).add();
  if (answer.way == answered_by::coalesced) return local_.coalesced.add();
  local_.miss.add();
  if (answer.way == answered_by::shared) return shared_.of(answer).add();
  if (!answer.shared_gone) return shared_.miss.add();
  shared_.error.add();
  cache_bypassed_.add();
}

void observed_securities::count_failure(const core::error_code& error) {
  (error == core::sqlstate_error("53300") ? overloaded_ : source_unavailable_).add();
}

}  // namespace api
