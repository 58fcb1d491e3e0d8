#pragma once

#include <memory>
#include <vector>

#include "api/config.hpp"
#include "api/queue/message_queue.hpp"
#include "api/queue/observed_messages.hpp"
#include "api/redis/redis_connection.hpp"

/// The two sides of whichever queue is configured, with the connections that they need.
namespace api {

class database;

/// The side that accepts.
class accepting_side {
 public:
  virtual ~accepting_side() = default;
  virtual message_producer& producer() = 0;
  virtual queue_name name() const = 0;
  /// Those of its connections that are Redis'; they live as long as this.
  virtual std::vector<const redis_connection*> connections() const = 0;
};

/// The side that stores, and what it could not store.
class storing_side {
 public:
  virtual ~storing_side() = default;
  virtual message_consumer& consumer() = 0;
  virtual dead_letter_box& dead_letters() = 0;
  virtual queue_name name() const = 0;
  virtual std::vector<const redis_connection*> connections() const = 0;
};

/// Without a queue of its own, the messages wait in the Redis of the cache. `db` is the role's, not
/// used yet (some queues keep their dead letters there), and outlives the side.
std::unique_ptr<accepting_side> make_accepting_side(core::worker& w,
                                                    const securities_config& config, database& db);
/// `delivery` is the configured one with the consumer's name filled in.
std::unique_ptr<storing_side> make_storing_side(core::worker& w, const worker_config& config,
                                                const delivery_config& delivery, database& db);

}  // namespace api
