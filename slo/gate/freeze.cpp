#include "slo/gate/freeze.hpp"

#include <algorithm>
#include <cstdio>

namespace slo {

namespace {

std::string left_text(const budget_state& b) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f %% left", *b.left * 100);
  return b.id + " (" + text + ")";
}

template <class Wanted, class Show>
std::string listed(const freeze_state& f, Wanted wanted, Show show) {
  std::string out;
  for (const auto& b : f.budgets)
    if (wanted(b)) out += (out.empty() ? "" : ", ") + show(b);
  return out;
}

}  // namespace

bool freeze_state::spent() const noexcept {
  return std::any_of(budgets.begin(), budgets.end(), [](const auto& b) { return b.spent(); });
}

bool freeze_state::unknown() const noexcept {
  return std::any_of(budgets.begin(), budgets.end(), [](const auto& b) { return !b.left; });
}

std::string freeze_text(const freeze_state& f) {
  std::string out;
  if (f.spent())
    out = "the error budget is spent of " +
          listed(
              f, [](const auto& b) { return b.spent(); }, left_text);
  if (f.unknown())
    out += (out.empty() ? "the" : "; the") + std::string(" error budget is not known of ") +
           listed(
               f, [](const auto& b) { return !b.left; },
               [](const auto& b) { return b.id + " (" + b.problem + ")"; });
  if (out.empty()) return "every error budget has something left";
  return out + (f.override_reason ? "; overridden: " + *f.override_reason : "");
}

}  // namespace slo
