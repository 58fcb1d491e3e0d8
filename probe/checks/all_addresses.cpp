#include "probe/checks/all_addresses.hpp"

#include "core/dialer.hpp"
#include "core/worker.hpp"
#include "probe/checks/connection.hpp"
#include "probe/checks/expectation.hpp"

namespace probe {
namespace {

/// How far a result is from what the step expects; the smallest decides.
enum class standing { broken, wrong, right };

standing stand(const check_context& c, const check_result& r) {
  if (r.broken) return standing::broken;
  const auto values = c.values.plain();
  if (c.step.poll && !compare(c.step.poll->until, r.answer, values, r.phases).empty())
    return standing::wrong;
  return compare(c.step.expect, r.answer, values, r.phases).empty() ? standing::right
                                                                    : standing::wrong;
}

}  // namespace

core::task<check_result> check_all_addresses(check_context& c, core::address where,
                                             core::ip_family family, check one) {
  check_result decisive;
  const auto start = core::now();
  const auto found = co_await core::resolve(c.worker, where.host, family, c.until, &names_of(c));
  const auto resolving = core::now() - start;
  if (found.error) {
    break_off(decisive, phase::resolve, found.error);
    co_return decisive;
  }
  std::vector<address_outcome> outcomes;
  auto best = standing::right;
  std::size_t number = 0;
  for (const auto& address : found.addresses) {
    const auto now = core::now();
    const auto left = static_cast<int>(found.addresses.size() - number++);
    check_context part = c;
    part.fixed = address;
    if (c.until.at != core::instant::max()) part.until = {now + c.until.left(now) / left};
    auto result = co_await one(part);
    add_time(result, phase::resolve, resolving);
    result.answer.took += resolving;
    const auto how = stand(c, result);
    outcomes.push_back({address.to_string(), how == standing::right, result.answer.took});
    if (number > 1 && how >= best && !(how == standing::right && best == standing::right)) continue;
    best = how;
    result.about = address.to_string() + " (address " + std::to_string(number) + " of " +
                   std::to_string(found.addresses.size()) + ")";
    decisive = std::move(result);
  }
  decisive.addresses = std::move(outcomes);
  co_return decisive;
}

}  // namespace probe
