#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/redis/redis_queue.hpp"
#include "tests/integration/api_redis_fixture.hpp"

namespace tests {

using deliveries = std::vector<api::delivery>;

/// A worker's side of the queue, with its own connections.
struct worker_side {
  worker_side(core::worker& w, const api::redis_config& redis, std::string name,
              core::duration claim_after)
      : reading(w, redis), control(w, redis), consumer(reading, control, [&] {
          api::delivery_config config;
          config.consumer = std::move(name);
          config.claim_after = claim_after;
          return config;
        }()) {}
  api::redis_connection reading, control;
  api::redis_consumer consumer;
};

/// An accepting side, and workers as many as a test wants.
class redis_consumer : public with_redis {
 protected:
  void SetUp() override {
    with_redis::SetUp();
    if (IsSkipped()) return;
    accepting.emplace(loop.worker(), config);
    producer.emplace(*accepting, log, 1000);
  }
  /// It lives as long as the test, as a worker's connections do as long as the worker.
  worker_side& worker(std::string name, core::duration claim_after = std::chrono::hours(1)) {
    sides_.push_back(
        std::make_unique<worker_side>(loop.worker(), config, std::move(name), claim_after));
    return *sides_.back();
  }
  std::vector<std::string> accept(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) {
      auto m = message_of("notes", std::to_string(i), 1'700'000'000'000 + static_cast<int>(i));
      ids.push_back(m.id);
      EXPECT_TRUE(run(loop, producer->enqueue(in_time(), std::move(m), std::nullopt)));
    }
    return ids;
  }
  deliveries receive(worker_side& side, std::size_t most = 10) {
    return run(loop, side.consumer.receive(in_time(), most)).value();
  }
  deliveries recover(worker_side& side, std::size_t most = 10) {
    return run(loop, side.consumer.recover(in_time(), most)).value();
  }
  /// As `recover`, until there is something.
  deliveries recover_in_time(worker_side& side) {
    deliveries found;
    const auto until = soon();
    while (found.empty() && !until.passed(core::now())) found = recover(side);
    return found;
  }
  bool settle(worker_side& side, deliveries stored) {
    return run(loop, side.consumer.settle(in_time(), std::move(stored))).has_value();
  }
  bool bury(worker_side& side, api::delivery what, std::string reason) {
    std::vector<api::dead_letter> letters{{std::move(what), std::move(reason)}};
    return run(loop, side.consumer.bury(in_time(), std::move(letters))).has_value();
  }
  api::queue_account account(worker_side& side) {
    return run(loop, side.consumer.account(in_time())).value();
  }
  api::queue_entry find(const std::string& id) {
    return run(loop, producer->find(in_time(), id)).value();
  }

  std::optional<api::redis_connection> accepting;
  std::optional<api::redis_producer> producer;

 private:
  std::vector<std::unique_ptr<worker_side>> sides_;
};

inline std::vector<std::string> ids_of(const deliveries& batch) {
  std::vector<std::string> ids;
  for (const auto& d : batch) ids.push_back(d.message.id);
  return ids;
}

}  // namespace tests
