#include "slo/report/explanation.hpp"

#include "core/json_text.hpp"

namespace slo {

namespace {

std::string number(double value) {
  std::string out;
  core::append_json_number(out, value);
  return out;
}

std::string number(std::optional<double> value) {
  return value ? number(*value) : "nothing";
}

explained_series explained(const time_series& series, const std::vector<target_history>& targets,
                           unix_millis from, unix_millis to) {
  explained_series out;
  out.name = series_name(series);
  std::vector<unix_millis> times;
  for (const auto& s : series.samples) {
    if (s.at <= from) out.before = s;
  }
  const auto add = [&](const counter_step& step) {
    if (out.samples++ == 0) out.first = step.now;
    out.last = step.now;
    out.events += step.events;
    out.unknown_start |= step.what == counter_step::kind::unknown_start;
    out.born |= step.what == counter_step::kind::born;
    if (step.what == counter_step::kind::reset) out.resets.push_back(step);
    times.push_back(step.now.at);
  };
  walk_counter(series, target_of(series, targets), from, to, add);
  out.gaps = gaps_of(times, to);
  for (const auto& gap : out.gaps) {
    out.seconds_without_data += static_cast<double>(gap.missing) / 1000;
  }
  return out;
}

explained_query explained(const char* role, const selector& counter,
                          const std::vector<time_series>& series,
                          const std::vector<target_history>& targets, const evidence& seen) {
  explained_query out{role, counter.to_string(), {}, {}, 0};
  out.asked = out.query + "[" + std::to_string((seen.to - seen.from) / 1000) + "s] at " +
              number(static_cast<double>(seen.to) / 1000);
  for (const auto& s : series) {
    out.series.push_back(explained(s, targets, seen.from, seen.to));
    out.events += out.series.back().events;
  }
  return out;
}

/// From the number of events to the ratio, in the objective's unit.
void add_ratio(const explanation& e, std::vector<explained_term>& out) {
  const auto used = used_of(e.seen);
  const std::string unit = to_label(e.seen.unit);
  if (e.seen.unit == budget_unit::events && e.queries.size() == 2) {
    const auto& part = e.queries[1];
    out.push_back({"total", "the sum of its series", {}, used.total});
    if (part.role == "good") {
      out.push_back({"bad", "total - good",
                     number(static_cast<double>(e.queries[0].events)) + " - " +
                         number(static_cast<double>(part.events)),
                     used.bad});
    } else {
      out.push_back({"bad", "the sum of its series", {}, used.bad});
    }
  } else {
    const char* how =
        e.what.slices ? "slices that have events" : "minutes in which the query has a value";
    out.push_back({"total", how, unit, used.total});
    out.push_back({"bad",
                   e.what.slices && e.what.slices->target
                       ? "slices below " + e.what.slices->target->to_string()
                       : "the sum of their error ratios",
                   unit, used.bad});
  }
  out.push_back({"error ratio", "bad / total", number(used.bad) + " / " + number(used.total),
                 used.error_ratio()});
}

void add_burn(const explanation& e, std::vector<explained_term>& out) {
  const auto burn = burn_rate(e.what, e.seen);
  if (e.what.composite()) {
    std::string sum;
    for (const auto& m : e.members) {
      sum += (sum.empty() ? "" : " + ") + number(m.weight) + " x " + number(m.burn_rate) + " (" +
             m.id + ")";
    }
    out.push_back({"burn rate", "the sum of weight x burn rate of its members", sum, burn});
  } else {
    out.push_back({"budget", "1 - objective", "1 - " + e.what.target.to_string(),
                   e.what.budget().to_double()});
    out.push_back({"burn rate", "error ratio / budget",
                   number(error_ratio(e.seen)) + " / " + e.what.budget().to_string(), burn});
  }
  out.push_back(
      {"budget left", "1 - burn rate", "1 - " + number(burn), budget_left(e.what, e.seen)});
}

void add_corrections(const explanation& e, std::vector<explained_term>& out) {
  if (!e.corrected || e.what.composite()) return;
  const auto used = used_of(e.seen);
  std::string total = number(used.total), bad = number(used.bad);
  for (const auto& c : e.corrected->applied) {
    total += " - " + number(c.taken.total);
    bad += " - " + number(c.taken.bad);
  }
  const auto& n = e.corrected->used;
  out.push_back({"total, corrected", "total - what was taken out", total, n.total});
  out.push_back({"bad, corrected", "bad - what was taken out", bad, n.bad});
  out.push_back(
      {"budget left, corrected", "1 - bad / total / budget",
       "1 - " + number(n.bad) + " / " + number(n.total) + " / " + e.what.budget().to_string(),
       budget_left(e.what, *e.corrected)});
}

}  // namespace

explanation explain(const objective& o, const evidence& seen, const raw_samples* samples) {
  explanation out;
  out.what = o;
  out.seen = seen;
  if (!samples || !o.counters) return out;
  const auto targets = targets_of(samples->up, samples->started);
  const bool good = o.counters->part_is == event_kind::good;
  out.queries.push_back(explained("total", o.counters->total, samples->total, targets, seen));
  out.queries.push_back(
      explained(good ? "good" : "bad", o.counters->part, samples->part, targets, seen));
  return out;
}

std::vector<explained_term> terms_of(const explanation& e) {
  std::vector<explained_term> out;
  if (!e.what.composite()) add_ratio(e, out);
  add_burn(e, out);
  add_corrections(e, out);
  out.push_back({"coverage", "what was scraped of what should have been", {}, e.seen.coverage});
  return out;
}

}  // namespace slo
