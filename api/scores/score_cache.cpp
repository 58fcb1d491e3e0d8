#include "api/scores/score_cache.hpp"

#include <charconv>

#include "api/http/representations.hpp"

namespace api {
namespace {

std::int64_t unix_millis(core::worker& w) noexcept {
  return static_cast<std::int64_t>(w.wall.unix_nanos(core::now()) / 1'000'000);
}

std::int64_t millis(core::duration d) noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

}  // namespace

std::string to_cache_text(const cached_score& entry) {
  return std::to_string(entry.cached_at) + " " + to_json(entry.value);
}

std::optional<cached_score> parse_cache_text(std::string_view text) {
  cached_score entry;
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + space, entry.cached_at);
  if (error != std::errc() || end != text.data() + space) return std::nullopt;
  auto parsed = parse_score(text.substr(space + 1));
  if (!parsed) return std::nullopt;
  entry.value = std::move(*parsed);
  return entry;
}

redis_score_cache::redis_score_cache(redis_connection& connection, core::duration keep)
    : connection_(connection), keep_(keep) {}

core::task<core::result<std::optional<cached_score>>> redis_score_cache::get(call_context call,
                                                                             std::string isin) {
  redis_command command{"GET", "remora:score:" + isin};
  auto reply = co_await connection_.run(std::move(command), call.until);
  if (!reply) co_return reply.error();
  if (reply->is_error()) co_return make_error_code(boost::system::errc::operation_not_permitted);
  if (reply->is_nil()) co_return std::optional<cached_score>();
  co_return parse_cache_text(reply->text);
}

core::task<core::result<>> redis_score_cache::put(call_context call, cached_score entry) {
  redis_command command{"SET", "remora:score:" + entry.value.isin, to_cache_text(entry), "PX",
                        std::to_string(millis(keep_))};
  auto reply = co_await connection_.run(std::move(command), call.until);
  if (!reply) co_return reply.error();
  if (reply->is_error()) co_return make_error_code(boost::system::errc::operation_not_permitted);
  co_return core::result<>();
}

cached_score_source::cached_score_source(core::worker& w, score_source& source, score_cache& cache,
                                         cache_config config)
    : worker_(w), source_(source), cache_(cache), config_(config) {}

core::task<core::result<std::optional<score>>> cached_score_source::find(call_context call,
                                                                         std::string isin) {
  const auto cache_until = core::deadline::in(config_.timeout, core::now());
  auto cached = co_await cache_.get(call.within(cache_until), isin);
  const bool known = cached && *cached;
  const std::int64_t now = unix_millis(worker_);
  if (known && now - (*cached)->cached_at <= millis(config_.fresh))
    co_return std::optional<score>(std::move((*cached)->value));

  auto fetched = co_await source_.find(call, isin);
  if (!fetched && known) co_return std::optional<score>(std::move((*cached)->value));
  if (fetched && *fetched) {
    cached_score entry{**fetched, now};
    worker_.start("cache score", keep(call, std::move(entry)));
  }
  co_return fetched;
}

core::task<> cached_score_source::keep(call_context call, cached_score entry) {
  call.spent = nullptr;  // the request may be answered before this is done
  call.until = core::deadline::in(config_.timeout, core::now());
  co_await cache_.put(std::move(call), std::move(entry));
}

}  // namespace api
