#include "api/aws/sqs_sides.hpp"

#include "api/aws/sqs_dead_letters.hpp"
#include "api/aws/sqs_queue.hpp"
#include "api/redis/redis_idempotency.hpp"

namespace api {
namespace {

queue_name sqs_name(const sqs_config& config) {
  const std::string& path = config.queue_url.path;
  return {"aws_sqs", path.substr(path.rfind('/') + 1), ""};
}

class sqs_accepting_side final : public accepting_side {
 public:
  sqs_accepting_side(core::worker& w, const sqs_config& config, std::int64_t limit,
                     const redis_config& cache, database& db)
      : name_(sqs_name(config)),
        calls_(w, config),
        ends_(db),
        redis_(w, cache),
        keys_(redis_),
        producer_(w, calls_, id_seal(config.seal, config.previous_seal), ends_, keys_, limit) {}

  message_producer& producer() override { return producer_; }
  queue_name name() const override { return name_; }
  std::vector<const redis_connection*> connections() const override { return {&redis_}; }

 private:
  queue_name name_;
  signed_sqs_calls calls_;
  postgres_dead_letter_reader ends_;
  redis_connection redis_;
  redis_idempotency keys_;
  sqs_producer producer_;
};

class sqs_storing_side final : public storing_side {
 public:
  sqs_storing_side(core::worker& w, const sqs_config& config, database& db)
      : name_(sqs_name(config)),
        calls_(w, config),
        letters_(db),
        consumer_(w, calls_, letters_, config.visibility),
        box_(calls_, letters_) {}

  message_consumer& consumer() override { return consumer_; }
  dead_letter_box& dead_letters() override { return box_; }
  queue_name name() const override { return name_; }
  std::vector<const redis_connection*> connections() const override { return {}; }

 private:
  queue_name name_;
  signed_sqs_calls calls_;
  postgres_dead_letter_store letters_;
  sqs_consumer consumer_;
  sqs_dead_letters box_;
};

}  // namespace

std::unique_ptr<accepting_side> make_sqs_accepting_side(core::worker& w, const sqs_config& config,
                                                        std::int64_t limit,
                                                        const redis_config& cache, database& db) {
  return std::make_unique<sqs_accepting_side>(w, config, limit, cache, db);
}

std::unique_ptr<storing_side> make_sqs_storing_side(core::worker& w, const sqs_config& config,
                                                    database& db) {
  return std::make_unique<sqs_storing_side>(w, config, db);
}

}  // namespace api
