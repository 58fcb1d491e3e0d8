#include "api/cache/shared_cache.hpp"

namespace api {
namespace {

// KEYS: entry. ARGV: what was seen there ("" for nothing), the new text, milliseconds to live.
constexpr const char* replace_script = R"(
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1)";

// Longer than any reader takes between its look here and its `put`.
constexpr const char* mark_lives_for = "60000";

std::string key_of(const std::string& isin) {
  return "remora:security:" + isin;
}

core::error_code refused_by_redis() noexcept {
  return make_error_code(boost::system::errc::operation_not_permitted);
}

}  // namespace

redis_shared_cache::redis_shared_cache(core::worker& w, redis_connection& connection,
                                       core::duration keep)
    : worker_(w), connection_(connection), keep_(keep), replace_(replace_script) {}

core::task<core::result<shared_entry>> redis_shared_cache::get(call_context call,
                                                               std::string isin) {
  core::redis_command command{"GET", key_of(isin)};
  auto reply = co_await connection_.run(std::move(command), call.until);
  if (!reply) co_return reply.error();
  if (reply->is_error()) co_return refused_by_redis();
  shared_entry entry;
  entry.snapshot = parse_cache_text(reply->text);
  entry.seen = std::move(reply->text);
  co_return entry;
}

core::task<core::result<>> redis_shared_cache::put(call_context call, std::string isin,
                                                   snapshot_ptr snapshot, std::string seen) {
  const auto keep = std::chrono::duration_cast<std::chrono::milliseconds>(keep_).count();
  const auto lives_for = keep * 9 / 10 + static_cast<std::int64_t>(worker_.random.uniform() *
                                                                   static_cast<double>(keep) / 5);
  const std::string key = key_of(isin), text = to_cache_text(*snapshot),
                    time = std::to_string(lives_for);
  const std::string_view keys[] = {key};
  const std::string_view arguments[] = {seen, text, time};
  auto reply = co_await replace_.run(connection_, replace_.call(keys, arguments), call.until);
  if (!reply) co_return reply.error();
  if (reply->is_error()) co_return refused_by_redis();
  co_return core::result<>();
}

// A mark that is not like any other, instead of nothing: whoever looked before it was written may
// still be reading what it makes out of date.
core::task<core::result<>> redis_shared_cache::forget(call_context call,
                                                      std::vector<std::string> isins) {
  std::vector<core::redis_command> commands;
  commands.reserve(isins.size());
  for (const auto& isin : isins)
    commands.push_back({"SET", key_of(isin), "forgotten " + std::to_string(worker_.random.next()),
                        "PX", mark_lives_for});
  if (commands.empty()) co_return core::result<>();
  auto replies = co_await connection_.run(std::move(commands), call.until);
  if (!replies) co_return replies.error();
  for (const auto& reply : *replies)
    if (reply.is_error()) co_return refused_by_redis();
  co_return core::result<>();
}

}  // namespace api
