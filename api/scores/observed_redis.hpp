#pragma once

#include "api/queue/message_queue.hpp"
#include "api/scores/score_cache.hpp"
#include "api/telemetry/observed_call.hpp"

/// The cache and the accepting side of the queue with telemetry around them.
namespace api {

/// Counts hits, misses and errors as well (`remora_cache_requests_total`).
class observed_score_cache final : public score_cache {
 public:
  observed_score_cache(tracer& t, score_cache& inner);
  core::task<core::result<std::optional<cached_score>>> get(call_context call,
                                                            std::string isin) override;
  core::task<core::result<>> put(call_context call, cached_score entry) override;

 private:
  tracer& tracer_;
  score_cache& inner_;
  operation get_, set_;
  core::counter_cell& hits_;
  core::counter_cell& misses_;
  core::counter_cell& errors_;
};

/// Gives every accepted message a PRODUCER span and its context to carry, so that one trace leads
/// through the queue.
class observed_producer final : public message_producer {
 public:
  observed_producer(tracer& t, message_producer& inner);
  core::task<core::result<>> enqueue(call_context call, queued_message message) override;
  core::task<core::result<queue_entry>> find(call_context call, std::string id) override;
  bool durable() const noexcept override { return inner_.durable(); }

 private:
  tracer& tracer_;
  message_producer& inner_;
  operation add_, find_;
};

}  // namespace api
