#include "slo/evidence/query_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <tuple>

#include "slo/model/label_matching.hpp"
#include "slo/model/query_text.hpp"

namespace slo {

namespace {

constexpr const char* bound_label = "le";
constexpr const char* looked_at = "[1h]";

double bound_value(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);  // knows +Inf
}

bool same_number(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && bound_value(a) == bound_value(b);
}

std::string joined(std::vector<std::string> bounds) {
  std::sort(bounds.begin(), bounds.end(), [](const std::string& a, const std::string& b) {
    return bound_value(a) < bound_value(b);
  });
  std::string out;
  for (const auto& bound : bounds) out += (out.empty() ? "" : ", ") + bound;
  return out.empty() ? "there is none" : out;
}

bool is_bound(const label_matcher& m) {
  return m.label == bound_label;
}

/// The selector with its matchers of `le`, or without them.
selector part_of(const selector& of, bool bounds) {
  selector out{bounds ? std::string() : of.metric, {}};
  for (const auto& m : of.matchers) {
    if (is_bound(m) == bounds) out.matchers.push_back(m);
  }
  return out;
}

/// One query of an objective, and what is known of its ratio.
struct asked_query {
  const sli_query* query;
  std::string total_metric;  ///< of a good or bad part; "" of all others
};

std::vector<asked_query> queries_of(const std::vector<objective>& objectives) {
  std::vector<asked_query> out;
  std::set<std::tuple<std::string_view, int, int>> seen;
  const auto add = [&](const sli_query& query, std::string total_metric) {
    // Several objectives may share an indicator.
    if (!seen.emplace(query.at.file, query.at.line, query.at.column).second) return;
    out.push_back({&query, std::move(total_metric)});
  };
  for (const auto& o : objectives) {
    if (o.composite()) continue;
    if (const auto* ratio = std::get_if<ratio_metric>(&o.sli)) {
      add(ratio->part, ratio->total.counter ? ratio->total.counter->counter.metric : "");
      add(ratio->total, "");
    } else if (const auto* raw = std::get_if<raw_metric>(&o.sli)) {
      add(raw->value, "");
    } else {
      add(std::get<threshold_metric>(o.sli).value, "");
    }
  }
  return out;
}

std::string count_of(const selector& s, const char* by) {
  return std::string("count") + by + "(last_over_time(" + s.to_string() + looked_at + "))";
}

std::vector<std::string> bounds_of(const std::vector<time_series>& answer) {
  std::vector<std::string> out;
  for (const auto& series : answer) {
    if (const auto bound = series.label(bound_label); !bound.empty()) out.emplace_back(bound);
  }
  return out;
}

void say_nothing_matches(const asked_query& one, reading& how) {
  const auto& selected = one.query->counter->counter;
  const auto what = "nothing in Prometheus matches " + selected.to_string();
  if (selected.metric == one.total_metric) {
    how.note(one.query->at, what + " yet; it counts as 0");
  } else {
    how.problem(one.query->at, what, "a series with a sample in the last hour");
  }
}

using asked = std::optional<prometheus_failure>;

core::task<asked> check_selector(prometheus_client& client, asked_query one, unix_millis at,
                                 reading& how) {
  const auto& selected = one.query->counter->counter;
  if (std::any_of(selected.matchers.begin(), selected.matchers.end(), is_bound)) {
    auto question = count_of(part_of(selected, false), " by (le) ");
    const auto buckets = co_await client.instant(std::move(question), at);
    if (buckets.has_error()) co_return buckets.error();
    const auto wrong = check_bucket_bound(selected, bounds_of(*buckets));
    if (wrong && !buckets->empty()) {
      how.problem(one.query->at, wrong->what, wrong->expected);
      co_return std::nullopt;
    }
  }
  auto question = count_of(selected, "");
  const auto found = co_await client.instant(std::move(question), at);
  if (found.has_error()) co_return found.error();
  if (found->empty()) say_nothing_matches(one, how);
  co_return std::nullopt;
}

core::task<asked> check_expression(prometheus_client& client, asked_query one, unix_millis at,
                                   reading& how) {
  auto question = with_window(one.query->text, "5m");
  const auto found = co_await client.instant(std::move(question), at);
  if (found.has_error()) co_return found.error();
  if (found->empty()) {
    how.problem(one.query->at, "the query gives nothing in Prometheus", "a value");
  }
  co_return std::nullopt;
}

}  // namespace

std::optional<bound_problem> check_bucket_bound(const selector& of,
                                                const std::vector<std::string>& bounds) {
  const auto wanted = part_of(of, true);
  if (wanted.matchers.empty()) return std::nullopt;
  const auto matcher = series_matcher::compile(wanted);
  if (matcher.has_error()) return bound_problem{matcher.error(), "a regular expression"};
  for (const auto& bound : bounds) {
    if (matcher->selects({{bound_label, bound}})) return std::nullopt;
  }
  for (const auto& m : wanted.matchers) {
    for (const auto& bound : bounds) {
      if (m.op != label_matcher::kind::equal || !same_number(m.value, bound)) continue;
      return bound_problem{
          "the bucket's bound is written le=\"" + bound + "\", not " + promql_string(m.value),
          "le=\"" + bound + "\""};
    }
  }
  return bound_problem{wanted.to_string() + " is no bucket's bound of " + of.metric,
                       "one of " + joined(bounds)};
}

core::task<std::optional<prometheus_failure>> check_queries(
    prometheus_client& client, const std::vector<objective>& objectives, unix_millis at,
    reading& how) {
  for (const auto& one : queries_of(objectives)) {
    asked failed;
    if (one.query->counter) {
      failed = co_await check_selector(client, one, at, how);
    } else {
      failed = co_await check_expression(client, one, at, how);
    }
    if (!failed) continue;
    if (failed->unreachable) co_return failed;
    how.problem(one.query->at, "Prometheus refuses the query: " + failed->what, "PromQL");
  }
  co_return std::nullopt;
}

}  // namespace slo
