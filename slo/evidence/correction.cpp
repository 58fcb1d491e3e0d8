#include "slo/evidence/correction.hpp"

#include <algorithm>

namespace slo {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

const char* to_label(correction_kind k) noexcept {
  return k == correction_kind::maintenance ? "maintenance" : "correction";
}

bool correction::concerns(const objective& o) const {
  return contains(slos, o.id) || contains(slos, o.name) || contains(services, o.service);
}

std::vector<correction_window> windows_of(const objective& o,
                                          const std::vector<correction>& corrections,
                                          unix_millis from, unix_millis to) {
  std::vector<correction_window> excluded, forgiven;
  for (const auto& c : corrections) {
    const auto begin = std::max(c.from, from), end = std::min(c.to, to);
    if (!c.concerns(o) || begin >= end) continue;
    (c.forgive ? forgiven : excluded).push_back({&c, begin, end});
  }
  std::stable_sort(excluded.begin(), excluded.end(),
                   [](const auto& a, const auto& b) { return a.from < b.from; });
  std::vector<correction_window> out;
  for (const auto& w : excluded) {
    // What an earlier one took is not taken again; each entry keeps its own part.
    const auto begin = out.empty() ? w.from : std::max(w.from, out.back().to);
    if (begin < w.to) out.push_back({w.what, begin, w.to});
  }
  out.insert(out.end(), forgiven.begin(), forgiven.end());
  return out;
}

corrected_numbers correct(const evidence& seen, const std::vector<correction_window>& windows,
                          const std::vector<evidence>& within) {
  corrected_numbers out;
  out.used = used_of(seen);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto& window = windows[i];
    applied_correction one{*window.what, window.from, window.to, {}, {}};
    const auto there = used_of(within[i]);
    one.problem = there.total > 0 || !within[i].problem.empty()
                      ? within[i].problem
                      : "nothing was counted in its window";
    if (one.problem.empty()) {
      one.taken = one.what.forgive
                      ? tally{0, std::min(static_cast<double>(*one.what.forgive), there.bad)}
                      : there;
      // The rules may lag behind the samples: never more than there is.
      one.taken.total = std::min(one.taken.total, out.used.total);
      one.taken.bad = std::min(one.taken.bad, out.used.bad);
      out.used.total -= one.taken.total;
      out.used.bad = std::min(out.used.bad - one.taken.bad, out.used.total);
    }
    out.covers_now |= !one.what.forgive && one.from <= seen.to - recent_millis && one.to >= seen.to;
    out.applied.push_back(std::move(one));
  }
  return out;
}

std::optional<double> burn_rate(const objective& o, const corrected_numbers& n) {
  if (o.composite()) return n.burn;
  const auto ratio = n.used.error_ratio();
  if (!ratio) return std::nullopt;
  return *ratio / o.budget().to_double();
}

std::optional<double> budget_left(const objective& o, const corrected_numbers& n) {
  const auto burn = burn_rate(o, n);
  if (!burn) return std::nullopt;
  return 1 - *burn;
}

}  // namespace slo
