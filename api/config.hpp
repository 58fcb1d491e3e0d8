#pragma once

#include <optional>
#include <string>

#include "api/aws/sqs_config.hpp"
#include "core/admin.hpp"
#include "core/config_reader.hpp"
#include "core/lifecycle.hpp"
#include "core/log.hpp"
#include "core/otlp_sender.hpp"
#include "core/program_config.hpp"

/// The configuration files of remora-api, one struct a role.
namespace api {

struct postgres_config {
  core::secret url;
  std::int64_t pool = 4;
  std::int64_t waiting = 64;

  static void describe(core::fields<postgres_config>& f) {
    f.required("url", &postgres_config::url,
               "libpq connection URL of the role that this program logs in as.");
    f.optional("pool", &postgres_config::pool, "Most connections (and threads) at a time.")
        .range<std::int64_t>(1, 64);
    f.optional("waiting", &postgres_config::waiting,
               "Most calls that wait for a connection; one more fails at once.")
        .range<std::int64_t>(0, 100'000);
  }
};

struct redis_tls_config {
  std::string ca, certificate, key, server_name;

  static void describe(core::fields<redis_tls_config>& f) {
    f.optional("ca", &redis_tls_config::ca,
               "Roots that Redis' certificate must lead to; empty: the system's.");
    f.optional("certificate", &redis_tls_config::certificate,
               "Our certificate chain, where Redis asks for one.");
    f.optional("key", &redis_tls_config::key, "Its private key.");
    f.optional("server_name", &redis_tls_config::server_name,
               "Name to ask for and verify; empty: the address's host.");
  }
};

struct redis_config {
  core::address address{"127.0.0.1", 6379};
  std::optional<std::string> user;
  std::optional<core::secret> password;
  std::optional<redis_tls_config> tls;

  static void describe(core::fields<redis_config>& f) {
    f.required("address", &redis_config::address, "Where Redis listens.");
    f.optional("user", &redis_config::user, "User of Redis' access lists; none: the default user.");
    f.optional("password", &redis_config::password, "Password of the user.");
    f.optional("tls", &redis_config::tls, "TLS towards Redis, as managed services demand it.");
  }
};

/// Where accepted messages wait. Neither member: a stream in the Redis of the cache.
struct queue_config {
  std::optional<redis_config> redis;
  std::optional<sqs_config> sqs;
  std::int64_t limit = 1'000'000;

  static void describe(core::fields<queue_config>& f) {
    f.optional("redis", &queue_config::redis,
               "A Redis of its own, so that the cache needs not be durable.");
    f.optional("sqs", &queue_config::sqs, "Amazon SQS, perhaps behind an SNS topic.");
    f.optional("limit", &queue_config::limit,
               "Most pending messages; at more, none is accepted until some are stored.")
        .range<std::int64_t>(1, 1'000'000'000);
    f.check([](const queue_config& c, const core::node& from, core::reading& r) {
      if (c.redis && c.sqs) r.found.add(from.at, "redis and sqs exclude each other", "one of them");
    });
  }
};

struct scores_config {
  core::base_url url;
  core::duration timeout = std::chrono::seconds(2);

  static void describe(core::fields<scores_config>& f) {
    f.required("url", &scores_config::url,
               "Base URL of the scores API, usually the outbound listener of our sidecar.");
    f.optional("timeout", &scores_config::timeout, "Time for one call.")
        .range(core::duration(std::chrono::milliseconds(1)),
               core::duration(std::chrono::minutes(1)));
  }
};

struct cache_config {
  core::duration fresh = std::chrono::seconds(5);
  core::duration keep = std::chrono::minutes(10);
  core::duration timeout = std::chrono::milliseconds(250);
  core::duration patience = std::chrono::milliseconds(500);
  core::duration local = std::chrono::seconds(1);
  std::int64_t local_entries = 10'000;

  static void describe(core::fields<cache_config>& f) {
    f.optional("fresh", &cache_config::fresh,
               "How old an answer may be to be given as it is; varied by a tenth, so that what was "
               "read together is not read again together.")
        .range(core::duration(std::chrono::seconds(1)), core::duration(std::chrono::hours(1)));
    f.optional("keep", &cache_config::keep,
               "How old an answer may be when its sources are gone; its time to live in Redis.")
        .range(core::duration(std::chrono::seconds(1)), core::duration(std::chrono::hours(168)));
    f.optional("timeout", &cache_config::timeout,
               "Time for one look into Redis; after that the answer is made without it.")
        .range(core::duration(std::chrono::milliseconds(1)),
               core::duration(std::chrono::seconds(10)));
    f.optional("patience", &cache_config::patience,
               "Time that the sources have when an older answer is at hand.")
        .range(core::duration(std::chrono::milliseconds(1)),
               core::duration(std::chrono::minutes(1)));
    f.optional("local", &cache_config::local,
               "How long this process keeps an answer before it asks Redis again; 0s: not at all.")
        .range(core::duration::zero(), core::duration(std::chrono::seconds(1)));
    f.optional("local_entries", &cache_config::local_entries,
               "Most answers that this process keeps.")
        .range<std::int64_t>(1, 10'000'000);
    f.check([](const cache_config& c, const core::node& from, core::reading& r) {
      if (c.keep < c.fresh) r.found.add(from.at, "keep is shorter than fresh", "keep >= fresh");
    });
  }
};

struct tokens_config {
  std::string file;

  static void describe(core::fields<tokens_config>& f) {
    f.required(
        "file", &tokens_config::file,
        "Lines `<sha256 of the token in hex> <scope>[,<scope>] <name>`; read again when it changes "
        "and on SIGHUP.");
  }
};

struct delivery_config {
  std::string consumer;
  core::duration claim_after = std::chrono::seconds(30);
  std::int64_t most = 5;
  std::int64_t batches = 2;

  static void describe(core::fields<delivery_config>& f) {
    f.optional(
        "consumer", &delivery_config::consumer,
        "Name in the consumer group, unique and kept over restarts; empty: the host's name.");
    f.optional(
         "claim_after", &delivery_config::claim_after,
         "How long a message may stay with a consumer before others take it over. Longer than "
         "the slowest batch takes.")
        .range(core::duration(std::chrono::seconds(1)), core::duration(std::chrono::hours(1)));
    f.optional("most", &delivery_config::most,
               "Deliveries after which a message that was never finished is a dead letter.")
        .range<std::int64_t>(1, 1000);
    f.optional("batches", &delivery_config::batches,
               "Batches that are stored side by side, each on a connection of `postgres.pool`.")
        .range<std::int64_t>(1, 64);
  }
};

struct securities_config : core::program_config {
  securities_config() { service = "remora-securities"; }

  core::address listen{"127.0.0.1", 8081};
  core::duration request_timeout = std::chrono::seconds(4);
  postgres_config postgres;
  redis_config redis;
  queue_config queue;
  scores_config scores;
  cache_config cache;
  tokens_config tokens;

  static void describe(core::fields<securities_config>& f) {
    describe_program(f);
    f.optional("listen", &securities_config::listen,
               "Where the public API listens, behind its sidecar.");
    f.optional("request_timeout", &securities_config::request_timeout,
               "Time for one request; less than the sidecar's timeout, so that the answer is ours.")
        .range(core::duration(std::chrono::milliseconds(500)),
               core::duration(std::chrono::minutes(5)));
    f.required("postgres", &securities_config::postgres, "Database, as role remora_reader.");
    f.required("redis", &securities_config::redis, "The shared cache.");
    f.optional("queue", &securities_config::queue, "Where accepted messages wait.");
    f.required("scores", &securities_config::scores, "The internal scores API.");
    f.optional("cache", &securities_config::cache, "How long answers are cached.");
    f.required("tokens", &securities_config::tokens, "Who may write.");
    f.optional("otlp", &securities_config::otlp, "Receiver of spans, usually the sidecar's relay.");
  }
};

struct scores_role_config : core::program_config {
  scores_role_config() { service = "remora-scores"; }

  core::address listen{"127.0.0.1", 8091};
  core::duration request_timeout = std::chrono::seconds(4);
  postgres_config postgres;

  static void describe(core::fields<scores_role_config>& f) {
    describe_program(f);
    f.optional("listen", &scores_role_config::listen,
               "Where the scores API listens, behind its sidecar.");
    f.optional("request_timeout", &scores_role_config::request_timeout,
               "Time for one request; less than the sidecar's timeout, so that the answer is ours.")
        .range(core::duration(std::chrono::milliseconds(500)),
               core::duration(std::chrono::minutes(5)));
    f.required("postgres", &scores_role_config::postgres, "Database, as role remora_scores.");
    f.optional("otlp", &scores_role_config::otlp,
               "Receiver of spans, usually the sidecar's relay.");
  }
};

struct worker_config : core::program_config {
  worker_config() { service = "remora-worker"; }

  postgres_config postgres;
  redis_config redis;
  queue_config queue;
  delivery_config delivery;

  static void describe(core::fields<worker_config>& f) {
    describe_program(f);
    f.required("postgres", &worker_config::postgres, "Database, as role remora_worker.");
    f.required("redis", &worker_config::redis, "The shared cache, which is told of new scores.");
    f.optional("queue", &worker_config::queue, "Where accepted messages wait.");
    f.optional("delivery", &worker_config::delivery, "How messages are taken from the queue.");
    f.optional("otlp", &worker_config::otlp, "Receiver of spans, usually a sidecar's relay.");
  }
};

struct migrate_roles_config {
  core::secret reader;
  core::secret scores;
  core::secret worker;

  static void describe(core::fields<migrate_roles_config>& f) {
    f.required("remora_reader", &migrate_roles_config::reader, "Password of role remora_reader.");
    f.required("remora_scores", &migrate_roles_config::scores, "Password of role remora_scores.");
    f.required("remora_worker", &migrate_roles_config::worker, "Password of role remora_worker.");
  }
};

/// `remora-api migrate` logs in as whoever is to own the tables, needs CREATEROLE (or superuser)
/// for the roles, and works in the database that the URL names: it creates tables, never databases.
struct migrate_config {
  postgres_config postgres;
  migrate_roles_config roles;

  static void describe(core::fields<migrate_config>& f) {
    f.required("postgres", &migrate_config::postgres, "Database, as its owner.");
    f.required("roles", &migrate_config::roles, "Passwords of the programs' roles.");
  }
};

}  // namespace api
