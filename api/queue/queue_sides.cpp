#include "api/queue/queue_sides.hpp"

#include "api/aws/sqs_sides.hpp"
#include "api/redis/redis_queue.hpp"

namespace api {
namespace {

queue_name redis_name() {
  return {"redis", message_stream, worker_group};
}

class redis_accepting_side final : public accepting_side {
 public:
  redis_accepting_side(core::worker& w, const redis_config& redis, std::int64_t limit)
      : connection_(w, redis), producer_(connection_, w.log, limit) {}

  message_producer& producer() override { return producer_; }
  queue_name name() const override { return redis_name(); }
  std::vector<const redis_connection*> connections() const override { return {&connection_}; }

 private:
  redis_connection connection_;
  redis_producer producer_;
};

class redis_storing_side final : public storing_side {
 public:
  redis_storing_side(core::worker& w, const redis_config& redis, const delivery_config& delivery)
      : reading_(w, redis), control_(w, redis), consumer_(reading_, control_, delivery) {}

  message_consumer& consumer() override { return consumer_; }
  dead_letter_box& dead_letters() override { return letters_; }
  queue_name name() const override { return redis_name(); }
  std::vector<const redis_connection*> connections() const override {
    return {&reading_, &control_};
  }

 private:
  redis_connection reading_;
  redis_connection control_;
  redis_consumer consumer_;
  redis_dead_letters letters_{control_};
};

}  // namespace

std::unique_ptr<accepting_side> make_accepting_side(core::worker& w,
                                                    const securities_config& config, database& db) {
  const queue_config& queue = config.queue;
  if (queue.sqs) return make_sqs_accepting_side(w, *queue.sqs, queue.limit, config.redis, db);
  return std::make_unique<redis_accepting_side>(w, queue.redis.value_or(config.redis), queue.limit);
}

std::unique_ptr<storing_side> make_storing_side(core::worker& w, const worker_config& config,
                                                const delivery_config& delivery, database& db) {
  if (config.queue.sqs) return make_sqs_storing_side(w, *config.queue.sqs, db);
  return std::make_unique<redis_storing_side>(w, config.queue.redis.value_or(config.redis),
                                              delivery);
}

}  // namespace api
