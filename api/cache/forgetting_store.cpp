#include "api/cache/forgetting_store.hpp"

#include <set>
#include <unordered_set>

#include "api/http/json.hpp"

namespace api {
namespace {

constexpr core::duration patience = std::chrono::milliseconds(250);

bool brings_scores(const std::vector<queued_message>& batch) noexcept {
  for (const auto& m : batch)
    if (m.topic == scores_topic) return true;
  return false;
}

}  // namespace

std::vector<std::string> scored_isins(const std::vector<queued_message>& batch,
                                      const std::vector<std::string>& ids) {
  const std::unordered_set<std::string_view> stored(ids.begin(), ids.end());
  std::set<std::string> isins;
  for (const auto& m : batch) {
    if (m.topic != scores_topic || !stored.contains(m.id)) continue;
    const auto message = parse_json(m.message);
    const json_value* isin = message ? message->find("isin") : nullptr;
    if (isin) isins.insert(isin->text);
  }
  return {isins.begin(), isins.end()};
}

core::task<core::result<std::vector<std::string>>> forgetting_store::store(
    call_context call, std::vector<queued_message> batch) {
  if (!brings_scores(batch)) co_return co_await inner_.store(std::move(call), std::move(batch));
  std::vector<queued_message> copy = batch;
  auto stored = co_await inner_.store(call, std::move(copy));
  if (!stored) co_return stored;
  const auto until = core::deadline::in(patience, core::now());
  co_await cache_.forget(call.within(until), scored_isins(batch, *stored));
  co_return stored;
}

core::task<core::result<std::int64_t>> forgetting_store::count(call_context call) {
  return inner_.count(std::move(call));
}

}  // namespace api
