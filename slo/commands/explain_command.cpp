#include <algorithm>
#include <filesystem>
#include <iostream>

#include "core/json_writer.hpp"
#include "slo/commands/arguments.hpp"
#include "slo/commands/ask_prometheus.hpp"
#include "slo/commands/commands.hpp"
#include "slo/report/explanation.hpp"

namespace slo {

namespace {

/// Arguments that are no files are names of SLOs.
struct chosen {
  std::vector<std::string> paths, ids;
};

chosen choose(const explain_arguments& given) {
  chosen out{{}, given.slos};
  for (const auto& word : given.query.paths) {
    std::error_code error;
    const bool path = std::filesystem::exists(word, error) || word.find('/') != word.npos ||
                      word.ends_with(".yaml") || word.ends_with(".yml");
    (path ? out.paths : out.ids).push_back(word);
  }
  if (out.paths.empty()) throw usage_error("no SLO files are given (expected SLO… PATH…)");
  return out;
}

bool wanted(const objective& o, const std::vector<std::string>& ids) {
  return ids.empty() || std::any_of(ids.begin(), ids.end(),
                                    [&](const auto& id) { return id == o.id || id == o.name; });
}

void check_ids(const std::vector<std::string>& ids, const std::vector<objective>& all) {
  for (const auto& id : ids) {
    std::string known;
    for (const auto& o : all) {
      if (o.id == id || o.name == id) known = "!";
      if (known != "!") known += (known.empty() ? "" : ", ") + o.id;
    }
    if (known != "!") throw usage_error("there is no SLO " + id + " (expected " + known + ")");
  }
}

struct question {
  std::vector<objective> objectives;
  std::vector<std::string> ids;
  std::vector<correction> corrections;
  collection wanted;
  bool rules = true;
};

using explained = collected_of<std::vector<explanation>>;

void add_members(explanation& e, const question& q, const std::vector<evidence>& seen) {
  for (const auto& member : e.what.members) {
    for (std::size_t i = 0; i < q.objectives.size(); ++i) {
      if (q.objectives[i].id != member.id) continue;
      e.members.push_back(
          {member.id, member.weight.to_double(), burn_rate(q.objectives[i], seen[i])});
    }
  }
}

core::task<explained> explain_all(prometheus_client& client, const question& q) {
  auto raw = q.wanted;
  raw.rules_first = false;
  auto seen = co_await collect(client, q.objectives, raw);
  if (seen.has_error()) co_return seen.error();
  const auto corrected = co_await collect_corrections(client, q.objectives, *seen, q.corrections);
  if (corrected.has_error()) co_return corrected.error();
  std::vector<evidence> recorded;
  if (q.rules) {
    auto by_rules = co_await collect(client, q.objectives, q.wanted);
    if (by_rules.has_error()) co_return by_rules.error();
    recorded = std::move(*by_rules);
  }
  std::vector<explanation> out;
  for (std::size_t i = 0; i < q.objectives.size(); ++i) {
    const auto& o = q.objectives[i];
    if (!wanted(o, q.ids)) continue;
    if (o.counters) {
      auto samples = co_await collect_samples(client, o, (*seen)[i].from, (*seen)[i].to);
      if (samples.has_error()) co_return samples.error();
      // Of the same samples as are shown.
      (*seen)[i] = raw_evidence(o, *samples, (*seen)[i].from, (*seen)[i].to);
      out.push_back(explain(o, (*seen)[i], &*samples));
    } else {
      out.push_back(explain(o, (*seen)[i], nullptr));
    }
    auto& e = out.back();
    e.corrected = (*corrected)[i];
    if (!recorded.empty() && recorded[i].source == evidence_source::rules) e.rules = recorded[i];
    add_members(e, q, *seen);
    e.terms = terms_of(e);
  }
  co_return out;
}

explained explain_now(const core::base_url& where, const question& q) {
  std::optional<explained> out;
  const std::function<core::task<>(prometheus_client&)> body =
      [&](prometheus_client& client) -> core::task<> {
    out.emplace(co_await explain_all(client, q));
  };
  ask_prometheus(where, body);
  return std::move(*out);
}

/// Only what is asked for is looked at, and the members of what is.
std::vector<objective> needed(const std::vector<objective>& all,
                              const std::vector<std::string>& ids) {
  std::vector<objective> out;
  for (const auto& o : all) {
    const bool member = std::any_of(all.begin(), all.end(), [&](const auto& other) {
      return other.id == o.part_of && wanted(other, ids);
    });
    if (wanted(o, ids) || member) out.push_back(o);
  }
  return out;
}

}  // namespace

int explain_command(const explain_arguments& given) {
  return run_command([&] {
    const auto where = prometheus_argument(given.query.prometheus);
    const auto at = time_argument(given.query.at, "--at", now_millis());
    const auto window = window_argument(given.query.window);
    const auto what = choose(given);
    const auto all = load(what.paths);
    check_ids(what.ids, all);
    question q{needed(all, what.ids),
               what.ids,
               load_corrections_of(what.paths, all),
               {true, at, window},
               !window};
    const auto made = explain_now(where, q);
    if (made.has_error()) return unreachable(where, made.error());
    core::json_list json;
    std::string text;
    for (const auto& e : *made) {
      json.add(explanation_json(e));
      text += (text.empty() ? "" : "\n") + explanation_text(e);
    }
    std::cout << (given.query.json ? json.take() + "\n" : text);
    return static_cast<int>(core::exit_pass);
  });
}

}  // namespace slo
