// The limits as layers: what they answer, what they count, and what a reload keeps.
#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "sidecar/proxy/limits/concurrency_limit.hpp"
#include "sidecar/proxy/limits/load_shedding.hpp"
#include "sidecar/proxy/limits/rate_limit.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "tests/support/loop.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

class limits : public ::testing::Test {
 protected:
  limits() {
    config.name = "in";
    route_config route;
    route.route = "/a";
    config.routes.push_back(route);
  }
  void make() {
    settings = make_settings(config, tls, {core::duration::max(), settings.get()});
    places = settings->protection ? settings->protection->reserve : nullptr;
  }
  probe_reserve reserve() { return {metrics(), *settings, places}; }
  core::metrics_shard& metrics() { return loop.worker().metrics; }
  exchange_record request(const char* from = "192.0.2.1") {
    exchange_record record;
    record.listener = settings.get();
    record.request = &head;
    record.client = {boost::asio::ip::make_address(from), 1234};
    record.received = record.finished = core::instant(1000s);
    return record;
  }
  std::uint64_t refused(const char* limit, const char* mode, const char* route = "/a") {
    return metrics()
        .counter(limit_refused,
                 {{"listener", "in"}, {"limit", limit}, {"route", route}, {"mode", mode}})
        .value();
  }
  tests::loop loop;
  core::tls_reloader tls{loop.worker()};
  inbound_config config;
  core::request_head head;
  std::unique_ptr<const listener_settings> settings;
  std::shared_ptr<reserve_places> places;
};

class rates : public limits {
 protected:
  rates() {
    rate.rate = 0.5;
    rate.burst = 1;
    rate.enforce = true;
  }
  rate_limit layer() {
    config.protection.rates = {rate};
    make();
    return {metrics(), *settings, reserve()};
  }
  rate_config rate;
};

TEST_F(rates, without_a_limit_nothing_is_looked_at) {
  make();
  EXPECT_EQ(settings->protection, nullptr);
  rate_limit none(metrics(), *settings, reserve());
  auto record = request();
  record.request = nullptr;
  EXPECT_FALSE(none.before(record));
}

TEST_F(rates, beyond_the_rate_it_is_429_with_the_seconds_to_wait) {
  auto limit = layer();
  auto first = request(), second = request();
  EXPECT_FALSE(limit.before(first));
  const auto answer = limit.before(second);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->why, failure::rate_limited);
  EXPECT_EQ(second.to_client, "Retry-After: 2\r\nRemora-Refused: rate\r\n");
  EXPECT_EQ(second.limits.refused, limit_kind::rate);
  EXPECT_EQ(refused("rate", "enforced"), 1u);
  EXPECT_EQ(refused("rate", "enforced", "other"), 0u);
}

TEST_F(rates, observed_it_refuses_nobody_and_counts) {
  rate.enforce = false;
  auto limit = layer();
  for (int i = 0; i < 3; ++i) {
    auto record = request();
    EXPECT_FALSE(limit.before(record));
    EXPECT_EQ(record.limits.observed(limit_kind::rate), i > 0);
    EXPECT_EQ(record.to_client, "");
  }
  EXPECT_EQ(refused("rate", "observed"), 2u);
}

TEST_F(rates, clients_are_told_apart_by_address) {
  auto limit = layer();
  auto one = request("192.0.2.1"), other = request("192.0.2.2"), again = request("192.0.2.1");
  EXPECT_FALSE(limit.before(one));
  EXPECT_FALSE(limit.before(other));
  EXPECT_TRUE(limit.before(again));
}

TEST_F(rates, by_a_header_its_value_is_the_client) {
  rate.by = rate_key::header;
  rate.header = "x-api-key";
  auto limit = layer();
  head.fields.add({"X-API-Key", "one"});
  auto one = request("192.0.2.1"), same = request("192.0.2.2");
  EXPECT_FALSE(limit.before(one));
  EXPECT_TRUE(limit.before(same)) << "the same key from another address";
  head.fields.clear();
  head.fields.add({"X-API-Key", "two"});
  auto another = request("192.0.2.1");
  EXPECT_FALSE(limit.before(another));
}

TEST_F(rates, leaving_the_header_out_gains_nothing) {
  rate.by = rate_key::header;
  rate.header = "authorization";
  auto limit = layer();
  auto first = request(), second = request();
  EXPECT_FALSE(limit.before(first));
  EXPECT_TRUE(limit.before(second));
}

TEST_F(rates, by_peer_identities_are_told_apart) {
  rate.by = rate_key::peer;
  auto limit = layer();
  auto one = request(), other = request(), again = request("192.0.2.2");
  one.peer = again.peer = "spiffe://remora/one";
  other.peer = "spiffe://remora/other";
  EXPECT_FALSE(limit.before(one));
  EXPECT_FALSE(limit.before(other));
  EXPECT_TRUE(limit.before(again));
}

TEST_F(rates, verified_probes_pass_as_long_as_there_is_reserve) {
  config.protection.reserve = 1;
  auto limit = layer();
  auto keeper = reserve();
  auto user = request();
  EXPECT_FALSE(limit.before(user));
  auto probe = request(), second = request();
  probe.synthetic = second.synthetic = true;
  EXPECT_FALSE(limit.before(probe));
  EXPECT_TRUE(probe.limits.reserved);
  EXPECT_TRUE(limit.before(second)) << "the reserve is one request";
  keeper.after(probe);
  auto third = request();
  third.synthetic = true;
  EXPECT_FALSE(limit.before(third));
  keeper.after(third);
  EXPECT_EQ(places->used(), 0);
}

TEST_F(rates, nothing_is_reserved_for_load) {
  config.protection.reserve = 1;
  auto limit = layer();
  auto keeper = reserve();
  auto user = request(), load = request();
  EXPECT_FALSE(limit.before(user));
  load.synthetic = load.load = true;
  EXPECT_TRUE(limit.before(load));
  EXPECT_EQ(places->used(), 0);
}

TEST_F(rates, a_reload_keeps_the_buckets_of_limits_that_stay) {
  auto limit = layer();
  auto first = request();
  EXPECT_FALSE(limit.before(first));
  auto reloaded = layer();
  auto second = request();
  EXPECT_TRUE(reloaded.before(second));
  rate.burst = 2;
  auto changed = layer();
  auto third = request();
  EXPECT_FALSE(changed.before(third));
}

class concurrency : public limits {
 protected:
  concurrency() {
    limit.limit = 1;
    limit.enforce = true;
  }
  concurrency_limit layer() {
    config.protection.concurrency = limit;
    make();
    return {loop.worker(), *settings, reserve(), nullptr};
  }
  concurrency_config limit;
};

TEST_F(concurrency, beyond_the_limit_it_is_503_until_a_place_is_free) {
  auto gate = layer();
  auto first = request(), second = request(), third = request();
  EXPECT_FALSE(gate.before(first));
  const auto answer = gate.before(second);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->why, failure::shed);
  EXPECT_EQ(second.to_client, "Retry-After: 1\r\nRemora-Refused: concurrency\r\n");
  gate.after(second);
  gate.after(first);
  EXPECT_FALSE(gate.before(third));
  EXPECT_EQ(refused("concurrency", "enforced"), 1u);
}

TEST_F(concurrency, with_a_queue_it_is_held_and_not_refused) {
  limit.queue.length = 1;
  auto gate = layer();
  auto first = request(), second = request();
  EXPECT_FALSE(gate.before(first));
  EXPECT_FALSE(gate.before(second));
  EXPECT_FALSE(first.held);
  EXPECT_TRUE(second.held);
}

TEST_F(concurrency, observed_it_says_who_would_wait_and_who_would_be_refused) {
  limit.enforce = false;
  limit.queue.length = 1;
  auto gate = layer();
  std::vector<exchange_record> all(4, request());
  for (auto& record : all) {
    EXPECT_FALSE(gate.before(record));
    EXPECT_FALSE(record.held);
  }
  EXPECT_EQ(refused("concurrency", "observed"), 2u);
  const auto& queued =
      metrics().counter({"remora_limit_queued_total", "", core::metric_type::counter},
                        {{"listener", "in"}, {"route", "all"}, {"mode", "observed"}});
  EXPECT_EQ(queued.value(), 1u);
  for (auto& record : all) gate.after(record);
  EXPECT_EQ(settings->protection->whole->gate->in_flight(), 0u);
}

TEST_F(concurrency, a_route_has_a_limit_of_its_own) {
  limit.limit = 10;
  config.routes[0].concurrency = concurrency_config{1, {}, true};
  auto gate = layer();
  auto first = request(), second = request(), other = request();
  other.route = 1;
  EXPECT_FALSE(gate.before(first));
  EXPECT_TRUE(gate.before(second));
  EXPECT_FALSE(gate.before(other));
  for (auto* record : {&first, &second, &other}) gate.after(*record);
  EXPECT_EQ(settings->protection->whole->gate->in_flight(), 0u);
  EXPECT_EQ(settings->protection->routes[0]->gate->in_flight(), 0u);
}

TEST_F(concurrency, probes_pass_beside_the_limit_and_take_no_place) {
  auto gate = layer();
  auto keeper = reserve();
  auto user = request(), probe = request();
  probe.synthetic = true;
  EXPECT_FALSE(gate.before(user));
  EXPECT_FALSE(gate.before(probe));
  EXPECT_EQ(settings->protection->whole->gate->in_flight(), 1u);
  gate.after(probe);
  keeper.after(probe);
  EXPECT_EQ(places->used(), 0);
}

TEST_F(concurrency, a_reload_keeps_the_places_of_requests_in_flight) {
  auto gate = layer();
  auto first = request();
  EXPECT_FALSE(gate.before(first));
  const auto held = std::move(settings);
  settings = make_settings(config, tls, {core::duration::max(), held.get()});
  concurrency_limit reloaded(loop.worker(), *settings, reserve(), nullptr);
  auto second = request();
  EXPECT_TRUE(reloaded.before(second));
  gate.after(first);
  auto third = request();
  EXPECT_FALSE(reloaded.before(third));
}

TEST_F(limits, every_limits_series_are_there_at_zero) {
  config.protection.overload.emplace();
  config.protection.concurrency = concurrency_config{1, {}, false};
  make();
  load_shedding shedding(loop.worker(), *settings, reserve());
  concurrency_limit gate(loop.worker(), *settings, reserve(), nullptr);
  core::exposition all;
  all.add(
      std::make_shared<core::shard_source>(std::vector<const core::metrics_shard*>{&metrics()}));
  const auto text = all.render(core::exposition_format::text);
  for (
      const char* line :
      {R"(remora_limit_refused_total{listener="in",limit="overloaded",route="/a",mode="observed"} 0)",
       R"(remora_limit_refused_total{listener="in",limit="queue_timeout",route="other",mode="observed"} 0)",
       R"(remora_limit_queue_length{listener="in",route="all"} 0)",
       R"(remora_limit_queue_seconds_count{listener="in",route="all"} 0)",
       R"(remora_limit_reserved_total{listener="in"} 0)"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
}

class connections : public limits {
 protected:
  connection_limit make_limit(bool enforce) {
    config.protection.connections = connections_config{2, enforce};
    make();
    return {metrics(), *settings};
  }
  const boost::asio::ip::address client = boost::asio::ip::make_address("2001:db8::1");
  const boost::asio::ip::address neighbour = boost::asio::ip::make_address("2001:db8::2");
  std::uint64_t counted(const char* mode) {
    return metrics()
        .counter(limit_refused, {{"listener", "in"}, {"limit", "connections"}, {"mode", mode}})
        .value();
  }
};

TEST_F(connections, enforced_a_client_has_so_many) {
  auto limit = make_limit(true);
  EXPECT_TRUE(limit.admit(client));
  EXPECT_TRUE(limit.admit(neighbour));
  EXPECT_FALSE(limit.admit(client));
  EXPECT_EQ(counted("enforced"), 1u);
  limit.leave(neighbour);
  EXPECT_TRUE(limit.admit(client));
}

TEST_F(connections, workers_count_together_and_nothing_stays_behind) {
  auto one = make_limit(true);
  connection_limit other(metrics(), *settings);
  EXPECT_TRUE(one.admit(client));
  EXPECT_TRUE(other.admit(client));
  EXPECT_FALSE(other.admit(client));
  one.leave(client);
  other.leave(client);
  EXPECT_EQ(settings->protection->connections->clients(), 0u);
}

TEST_F(connections, observed_all_are_admitted_and_counted) {
  auto limit = make_limit(false);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(limit.admit(client));
  EXPECT_EQ(counted("observed"), 2u);
  for (int i = 0; i < 4; ++i) limit.leave(client);
  EXPECT_EQ(settings->protection->connections->clients(), 0u);
}

TEST_F(connections, without_a_limit_everybody_is_admitted) {
  make();
  connection_limit limit(metrics(), *settings);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limit.admit(client));
}

}  // namespace
