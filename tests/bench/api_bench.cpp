// The pure part of the API's requests and messages: what is left when nobody has to be waited for.
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "api/cache/local_cache.hpp"
#include "api/cache/security_snapshot.hpp"
#include "api/http/caching.hpp"
#include "api/http/representations.hpp"
#include "api/http/request_bodies.hpp"
#include "api/http/router.hpp"
#include "api/isin.hpp"
#include "api/postgres/array_literal.hpp"
#include "api/queue/uuid7.hpp"
#include "api/redis/redis_messages.hpp"

namespace {

constexpr std::int64_t moment = 1'767'225'600'000;

const api::security apple{"US0378331005", "Apple Inc.", "US", "Information Technology", "USD"};
const std::optional<api::score> its_score{{"US0378331005", "71.2", "2026-01-01T00:00:00Z", true}};

constexpr std::string_view message_body =
    R"({"topic":"bench","message":{"source":"bench","station":4711,"reading":71.25,"unit":"kWh",)"
    R"("remark":"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"}})";

api::queued_message a_message() {
  auto parsed = api::parse_new_message(message_body);
  api::queued_message m;
  m.id = api::new_transaction_id();
  m.topic = parsed->topic;
  m.message = parsed->message;
  m.accepted_at = moment;
  m.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  return m;
}

void match_route(benchmark::State& state) {
  api::router routes;
  for (const auto& [method, path] : {std::pair{"GET", "/v1/securities"},
                                     {"GET", "/v1/securities/{isin}"},
                                     {"GET", "/v1/securities/{isin}/score"},
                                     {"PUT", "/v1/securities/{isin}/score"},
                                     {"POST", "/v1/scores"},
                                     {"POST", "/v1/messages"},
                                     {"GET", "/v1/messages/{transaction_id}"},
                                     {"POST", "/ingresar-datos"},
                                     {"GET", "/data/{id}"}})
    routes.add(method, path, {});
  for (auto _ : state) benchmark::DoNotOptimize(routes.match("GET", "/v1/securities/US0378331005"));
}
BENCHMARK(match_route);

void check_isin(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(api::valid_isin(apple.isin));
}
BENCHMARK(check_isin);

void write_security(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(api::to_json(apple, its_score));
}
BENCHMARK(write_security);

void write_page_of_100(benchmark::State& state) {
  const std::vector<api::security> items(100, apple);
  const std::vector<api::score> scores(100, *its_score);
  for (auto _ : state)
    benchmark::DoNotOptimize(api::to_json(items, scores, "/v1/securities?after=US0378331005"));
}
BENCHMARK(write_page_of_100)->Unit(benchmark::kMicrosecond);

void make_snapshot(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(api::make_snapshot(apple, its_score, moment));
}
BENCHMARK(make_snapshot);

void look_up_locally(benchmark::State& state) {
  constexpr std::uint32_t entries = 10'000;
  api::local_cache cache(entries);
  const auto snapshot = api::make_snapshot(apple, its_score, moment);
  std::vector<std::string> isins;
  for (std::uint32_t i = 0; i < entries; ++i) {
    isins.push_back(api::generated_isin(i));
    cache.put(isins.back(), {snapshot, false, core::instant::max()});
  }
  std::uint32_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(cache.find(isins[i++ * 7919 % entries], core::instant()));
}
BENCHMARK(look_up_locally);

api::cacheable as_cached(const api::security_snapshot& snapshot) {
  return {snapshot.body, snapshot.etag, std::chrono::seconds(1), std::chrono::seconds(5),
          api::answered_by::local};
}

void answer_from_cache(benchmark::State& state) {
  const auto snapshot = api::make_snapshot(apple, its_score, moment);
  for (auto _ : state) benchmark::DoNotOptimize(api::cached_answer(as_cached(*snapshot), {}));
}
BENCHMARK(answer_from_cache);

void answer_not_modified(benchmark::State& state) {
  const auto snapshot = api::make_snapshot(apple, its_score, moment);
  for (auto _ : state)
    benchmark::DoNotOptimize(api::cached_answer(as_cached(*snapshot), snapshot->etag));
}
BENCHMARK(answer_not_modified);

void read_cache_text(benchmark::State& state) {
  const std::string text = api::to_cache_text(*api::make_snapshot(apple, its_score, moment));
  for (auto _ : state) benchmark::DoNotOptimize(api::parse_cache_text(text));
}
BENCHMARK(read_cache_text);

void parse_message(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(api::parse_new_message(message_body));
}
BENCHMARK(parse_message);

void parse_batch_of_1000_scores(benchmark::State& state) {
  std::string body = R"({"items":[)";
  for (std::uint32_t i = 0; i < 1000; ++i)
    body.append(i ? "," : "")
        .append(R"({"isin":")")
        .append(api::generated_isin(i))
        .append(R"(","value":71.2})");
  body.append("]}");
  if (!api::parse_score_batch(body)) throw std::logic_error("the batch is not a good one");
  for (auto _ : state) benchmark::DoNotOptimize(api::parse_score_batch(body));
}
BENCHMARK(parse_batch_of_1000_scores)->Unit(benchmark::kMicrosecond);

void make_transaction_id(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(api::new_transaction_id());
}
BENCHMARK(make_transaction_id);

void encode_accepting(benchmark::State& state) {
  const auto message = a_message();
  const api::redis_script script(api::accepting_script);
  for (auto _ : state)
    benchmark::DoNotOptimize(api::accepting_call(script, message, std::nullopt, 1'000'000));
}
BENCHMARK(encode_accepting);

/// What XREADGROUP gives of a stream, without the stream's name around it.
std::string reply_with_entries(std::size_t count) {
  const auto bulk = [](std::string_view text) {
    return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
  };
  const api::queued_message m = a_message();
  std::string out = "*" + std::to_string(count) + "\r\n";
  for (std::size_t i = 0; i < count; ++i) {
    out += "*2\r\n" + bulk(std::to_string(moment) + "-" + std::to_string(i)) + "*12\r\n";
    for (const std::string& word :
         {std::string("id"), m.id, std::string("topic"), m.topic, std::string("message"), m.message,
          std::string("accepted_at"), std::to_string(moment), std::string("traceparent"),
          m.traceparent, std::string("tracestate"), m.tracestate})
      out += bulk(word);
  }
  return out;
}

void decode_500_deliveries(benchmark::State& state) {
  const std::string bytes = reply_with_entries(500);
  for (auto _ : state) {
    core::redis_decoder decoder;
    decoder.feed(bytes);
    auto reply = decoder.next();
    const auto deliveries = api::to_deliveries(reply->value());
    if (deliveries.size() != 500 || !deliveries.back().malformed.empty())
      throw std::logic_error("the entries are not what the worker reads");
    benchmark::DoNotOptimize(deliveries);
  }
}
BENCHMARK(decode_500_deliveries)->Unit(benchmark::kMicrosecond);

void write_array_of_500_messages(benchmark::State& state) {
  const std::vector<std::string> messages(500, a_message().message);
  for (auto _ : state) benchmark::DoNotOptimize(api::array_literal(messages));
}
BENCHMARK(write_array_of_500_messages)->Unit(benchmark::kMicrosecond);

}  // namespace
