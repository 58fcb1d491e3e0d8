#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"

namespace sidecar {

using namespace std::chrono_literals;

/// Requests that wait for a place, in the order they came.
struct queue_config {
  std::int64_t length = 0;
  core::duration timeout = 1s;
  friend bool operator==(const queue_config&, const queue_config&) = default;

  static void describe(core::fields<queue_config>& f) {
    f.optional("length", &queue_config::length,
               "Requests that may wait for a place; 0: what finds none is refused at once.")
        .range<std::int64_t>(0, 100'000);
    f.optional("timeout", &queue_config::timeout,
               "How long one waits, from its head, before it is refused.")
        .range(core::duration(1ms), core::duration(5min));
  }
};

/// How many requests may be in flight at once, of a listener or of one route.
struct concurrency_config {
  std::int64_t limit = 0;
  queue_config queue;
  bool enforce = false;
  friend bool operator==(const concurrency_config&, const concurrency_config&) = default;

  static void describe(core::fields<concurrency_config>& f) {
    f.required("limit", &concurrency_config::limit,
               "Requests in flight at the application, all workers together.")
        .range<std::int64_t>(1, 1'000'000);
    f.optional("queue", &concurrency_config::queue, "Where requests beyond the limit wait.");
    f.optional("enforce", &concurrency_config::enforce,
               "false: nothing is refused or made to wait, what would be is counted.");
  }
};

/// Whose requests share a bucket of a rate limit.
enum class rate_key { client, peer, header };
constexpr auto config_names(rate_key) {
  return std::array{std::pair{"client", rate_key::client}, std::pair{"peer", rate_key::peer},
                    std::pair{"header", rate_key::header}};
}

/// A token bucket for each client.
struct rate_config {
  rate_key by = rate_key::client;
  std::string header;
  double rate = 0;
  std::int64_t burst = 1;
  std::int64_t clients = 16'384;
  bool enforce = false;
  friend bool operator==(const rate_config&, const rate_config&) = default;

  static void describe(core::fields<rate_config>& f) {
    f.optional("by", &rate_config::by,
               "Whose requests are counted together: of a client's address (IPv6: its /64), of an "
               "authenticated peer, or with the same value of a header.");
    f.optional("header", &rate_config::header,
               "With `by: header`: its name, such as authorization or x-api-key. The value is "
               "hashed and never kept.");
    f.required("rate", &rate_config::rate, "Requests a second, on average.").range(0.001, 1e6);
    f.optional("burst", &rate_config::burst, "Requests that may come at once after a pause.")
        .range<std::int64_t>(1, 1'000'000);
    f.optional("clients", &rate_config::clients,
               "Clients that are told apart at a time, 16 bytes each; beyond them, new ones share "
               "one bucket.")
        .range<std::int64_t>(4, 16'777'216);
    f.optional("enforce", &rate_config::enforce,
               "false: nothing is refused, what would be is counted.");
    f.check(check);
  }
  static void check(const rate_config& value, const core::node& from, core::reading& r);
};

/// Shedding by how long requests wait inside the sidecar.
struct overload_config {
  core::duration target = 20ms;
  core::duration interval = 200ms;
  bool enforce = false;
  friend bool operator==(const overload_config&, const overload_config&) = default;

  static void describe(core::fields<overload_config>& f) {
    f.optional("target", &overload_config::target,
               "Delay (in the queue, or of the event loop) that is still fine.")
        .range(core::duration(1ms), core::duration(10s));
    f.optional("interval", &overload_config::interval,
               "How long the delay must stay above the target before a tenth of the requests is "
               "shed; each further interval sheds a tenth more, each one below a tenth less.")
        .range(core::duration(20ms), core::duration(1min));
    f.optional("enforce", &overload_config::enforce,
               "false: nothing is refused, what would be is counted.");
  }
};

/// Connections that one client may have open.
struct connections_config {
  std::int64_t per_client = 0;
  bool enforce = false;
  friend bool operator==(const connections_config&, const connections_config&) = default;

  static void describe(core::fields<connections_config>& f) {
    f.required("per_client", &connections_config::per_client,
               "Open connections from one address (IPv6: its /64), all workers together.")
        .range<std::int64_t>(1, 1'000'000);
    f.optional("enforce", &connections_config::enforce,
               "false: nothing is closed, what would be is counted.");
  }
};

/// Everything that may refuse a user's request. Nothing does before its `enforce` is true.
struct protection_config {
  std::optional<concurrency_config> concurrency;
  std::vector<rate_config> rates;
  std::optional<overload_config> overload;
  std::optional<connections_config> connections;
  std::int64_t reserve = 2;
  core::duration retry_after = 1s;
  friend bool operator==(const protection_config&, const protection_config&) = default;

  static void describe(core::fields<protection_config>& f) {
    f.optional("concurrency", &protection_config::concurrency, "Requests in flight.");
    f.optional("rates", &protection_config::rates,
               "Token buckets; a request must have a token of each.");
    f.optional("overload", &protection_config::overload, "Shedding by delay.");
    f.optional("connections", &protection_config::connections, "Connections by client.");
    f.optional("reserve", &protection_config::reserve,
               "Verified probes that may be in flight beside all limits.")
        .range<std::int64_t>(0, 100);
    f.optional("retry_after", &protection_config::retry_after,
               "Retry-After of requests that were refused for want of capacity, in whole seconds.")
        .range(core::duration(1s), core::duration(1h));
  }
};

}  // namespace sidecar
