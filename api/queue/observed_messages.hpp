#pragma once

#include "api/postgres/message_repository.hpp"
#include "api/queue/message_queue.hpp"
#include "api/telemetry/observed_call.hpp"

/// The worker's side of messages with telemetry around it.
namespace api {

/// Whether messages were stored in time: `remora_ingestion_duration_seconds` and the SLI counters
/// `remora_sli_ingested_total`, per synthetic mark. Good is stored within five seconds of being
/// accepted; bad is later, or never.
class ingestion_metrics {
 public:
  static constexpr double in_time_seconds = 5;

  explicit ingestion_metrics(core::worker& w);
  void stored(const queued_message& m, std::int64_t unix_millis);
  void never_stored(const queued_message& m);

 private:
  struct series {
    series(core::worker& w, const char* synthetic);
    core::histogram_cell& duration;
    core::counter_cell& good;
    core::counter_cell& bad;
  };
  series user_, synthetic_;
};

/// A queue in the words of the semantic conventions.
struct queue_name {
  std::string system;       ///< messaging.system
  std::string destination;  ///< messaging.destination.name
  std::string group;        ///< messaging.consumer.group.name; "" for none
};

/// Gives each message of a batch a CONSUMER span in the producer's trace (and a link to its span),
/// and counts what is new for the SLI.
class observed_message_store final : public message_store {
 public:
  observed_message_store(tracer& t, message_store& inner, ingestion_metrics& metrics,
                         queue_name from);
  core::task<core::result<std::vector<std::string>>> store(
      call_context call, std::vector<queued_message> batch) override;
  core::task<core::result<std::int64_t>> count(call_context call) override;

 private:
  std::vector<active_span> start_spans(const std::vector<queued_message>& batch);

  tracer& tracer_;
  message_store& inner_;
  ingestion_metrics& metrics_;
  queue_name from_;
  operation insert_, select_;
};

/// The consuming side of the queue. Waiting for messages is no operation worth a duration.
class observed_consumer final : public message_consumer {
 public:
  observed_consumer(tracer& t, message_consumer& inner, ingestion_metrics& metrics,
                    const queue_name& from);
  core::task<core::result<std::vector<delivery>>> recover(call_context call,
                                                          std::size_t most) override;
  core::task<core::result<std::vector<delivery>>> receive(call_context call,
                                                          std::size_t most) override;
  core::task<core::result<>> settle(call_context call, std::vector<delivery> stored) override;
  core::task<core::result<>> bury(call_context call, std::vector<dead_letter> letters) override;
  core::task<core::result<queue_account>> account(call_context call) override;
  core::task<> leave(call_context call) override;

 private:
  tracer& tracer_;
  message_consumer& inner_;
  ingestion_metrics& metrics_;
  operation settle_, bury_, account_;
};

}  // namespace api
