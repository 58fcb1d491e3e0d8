#include "slo/evidence/composite.hpp"

#include <algorithm>

namespace slo {

namespace {

/// Where and how much was seen, and what is wrong, from all members.
evidence frame_of(const std::vector<observed>& members) {
  evidence out;
  out.unit = budget_unit::burn;
  if (members.empty()) {
    out.problem = "its members are not known";
    return out;
  }
  out.source = members.front().seen->source;
  out.from = members.front().seen->from;
  out.to = members.front().seen->to;
  out.newest = members.front().seen->newest;
  out.coverage = members.front().seen->coverage;
  out.observed_seconds = members.front().seen->observed_seconds;
  std::string without;
  for (const auto& m : members) {
    out.coverage = std::min(out.coverage, m.seen->coverage);
    out.observed_seconds = std::min(out.observed_seconds, m.seen->observed_seconds);
    out.newest = std::min(out.newest, m.seen->newest);
    out.resets = std::max(out.resets, m.seen->resets);
    out.unknown_starts = std::max(out.unknown_starts, m.seen->unknown_starts);
    if (!m.seen->problem.empty() || !burn_rate(*m.what, *m.seen)) {
      without += (without.empty() ? "" : ", ") + m.what->id;
    }
  }
  if (!without.empty()) out.problem = "no data of its members: " + without;
  return out;
}

double weight_of(const objective& o, const std::string& id) {
  for (const auto& m : o.members) {
    if (m.id == id) return m.weight.to_double();
  }
  return 1;
}

/// Nothing as long as a member has nothing.
template <class Rate>
std::optional<double> weighted(const objective& o, const std::vector<observed>& members,
                               Rate rate) {
  double sum = 0;
  for (const auto& m : members) {
    const auto burn = rate(*m.what, *m.seen);
    if (!burn) return std::nullopt;
    sum += weight_of(o, m.what->id) * *burn;
  }
  return sum;
}

double strictest_budget(const std::vector<observed>& members) {
  double out = 1;
  for (const auto& m : members) out = std::min(out, m.what->budget().to_double());
  return out;
}

}  // namespace

evidence composite_evidence(const objective& o, const std::vector<observed>& members) {
  auto out = frame_of(members);
  if (!out.problem.empty()) return out;
  out.burn =
      weighted(o, members, [](const objective& m, const evidence& e) { return burn_rate(m, e); });
  out.recent_burn = weighted(
      o, members, [](const objective& m, const evidence& e) { return recent_burn_rate(m, e); });
  return out;
}

evidence composite_slices_evidence(const objective&, const std::vector<observed>& members,
                                   const std::vector<history>& slices) {
  auto out = frame_of(members);
  for (const auto& s : slices) {
    if (out.problem.empty()) out.problem = s.problem;
  }
  if (!out.problem.empty() || slices.empty()) return out;
  std::size_t count = slices.front().points.size();
  for (const auto& s : slices) count = std::min(count, s.points.size());
  tally all, recent;
  for (std::size_t i = 0; i < count; ++i) {
    bool seen = false, bad = false;
    for (const auto& s : slices) {
      seen |= s.points[i].used.total > 0;
      bad |= s.points[i].used.bad > 0;
    }
    if (!seen) continue;
    const tally one{1, bad ? 1.0 : 0.0};
    all = {all.total + one.total, all.bad + one.bad};
    if (slices.front().points[i].at > out.to - std::max(recent_millis, slices.front().step)) {
      recent = {recent.total + one.total, recent.bad + one.bad};
    }
  }
  const double budget = strictest_budget(members);
  if (const auto ratio = all.error_ratio()) out.burn = *ratio / budget;
  if (const auto ratio = recent.error_ratio()) out.recent_burn = *ratio / budget;
  return out;
}

history composite_history(const objective& o, const std::vector<const history*>& members) {
  history out;
  out.unit = budget_unit::burn;
  if (members.empty()) {
    out.problem = "its members are not known";
    return out;
  }
  const auto& first = *members.front();
  out.from = first.from;
  out.step = first.step;
  out.source = first.source;
  for (std::size_t i = 0; i < first.points.size(); ++i) {
    history_point point;
    point.at = first.points[i].at;
    point.coverage = 1;
    double sum = 0;
    bool whole = true;
    for (std::size_t m = 0; m < members.size(); ++m) {
      const auto& points = members[m]->points;
      const auto* p = i < points.size() && points[i].at == point.at ? &points[i] : nullptr;
      point.coverage = std::min(point.coverage, p ? p->coverage : 0);
      whole = whole && p && p->burn_rate;
      if (whole) sum += o.members[m].weight.to_double() * *p->burn_rate;
    }
    if (whole) point.burn_rate = sum;
    out.points.push_back(point);
  }
  return out;
}

bool of_whole_slices(const std::vector<observed>& members) {
  return !members.empty() && members.front().what->slices &&
         members.front().what->slices->target.has_value();
}

std::optional<corrected_numbers> correct_composite(
    const objective& o, const evidence& seen, const std::vector<observed>& members,
    const std::vector<const corrected_numbers*>& corrected) {
  corrected_numbers out;
  out.burn = seen.burn;
  const bool slices = of_whole_slices(members);
  std::optional<double> burn = 0.0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& m = members[i];
    const auto of_member =
        corrected[i] ? burn_rate(*m.what, *corrected[i]) : burn_rate(*m.what, *m.seen);
    if (burn && of_member) {
      *burn += weight_of(o, m.what->id) * *of_member;
    } else {
      burn.reset();
    }
    if (!corrected[i]) continue;
    out.covers_now |= corrected[i]->covers_now;
    for (auto one : corrected[i]->applied) {
      if (slices) one.problem = "it is not taken out of a composite of time slices";
      out.applied.push_back(std::move(one));
    }
  }
  if (out.applied.empty()) return std::nullopt;
  if (!slices) out.burn = burn;
  return out;
}

}  // namespace slo
