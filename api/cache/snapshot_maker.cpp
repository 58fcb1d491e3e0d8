#include "api/cache/snapshot_maker.hpp"

namespace api {

core::task<core::result<snapshot_ptr>> stored_snapshot_maker::make(call_context call,
                                                                   std::string isin) {
  // The age counts from before the reading: what is written meanwhile makes it older, not younger.
  const auto read_at = static_cast<std::int64_t>(worker_.wall.unix_nanos(core::now()) / 1'000'000);
  auto found = co_await securities_.find(call, isin);
  if (!found) co_return found.error();
  if (!*found) co_return make_absent_snapshot(read_at);
  auto its_score = co_await scores_.find(std::move(call), std::move(isin));
  if (!its_score) co_return its_score.error();
  co_return make_snapshot(**found, *its_score, read_at);
}

core::task<core::result<security_list>> stored_snapshot_maker::list(call_context call,
                                                                    security_page page) {
  auto items = co_await securities_.list(call, std::move(page));
  if (!items) co_return items.error();
  security_list all;
  all.items = std::move(*items);
  if (all.items.empty()) co_return all;
  std::vector<std::string> isins;
  for (const auto& s : all.items) isins.push_back(s.isin);
  auto their_scores = co_await scores_.find_all(std::move(call), std::move(isins));
  if (!their_scores) co_return their_scores.error();
  all.scores = std::move(*their_scores);
  co_return all;
}

}  // namespace api
