#include "slo/evidence/run_results.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>

#include "slo/commands/time_text.hpp"
#include "slo/model/label_matching.hpp"

namespace slo {

namespace {

namespace json = boost::json;

/// What is wrong with the file; caught in `parse_run_results`.
struct malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const json::value& member(const json::value& of, const char* name) {
  const auto* object = of.if_object();
  const auto* found = object ? object->if_contains(name) : nullptr;
  if (!found) throw malformed(std::string("it has no \"") + name + "\"");
  return *found;
}

std::string text(const json::value& of, const char* name) {
  const auto* value = member(of, name).if_string();
  if (!value) throw malformed(std::string("\"") + name + "\" is no text");
  return {value->data(), value->size()};
}

std::int64_t count(const json::value& of, const char* name) {
  const auto* value = member(of, name).if_int64();
  if (!value || *value < 0)
    throw malformed(std::string("\"") + name + "\" is no whole number of events");
  return *value;
}

unix_millis time(const json::value& of, const char* name) {
  const auto at = parse_time(text(of, name));
  if (!at) throw malformed(std::string("\"") + name + "\" is no time");
  return *at;
}

const json::array& list(const json::value& of, const char* name) {
  const auto* value = member(of, name).if_array();
  if (!value) throw malformed(std::string("\"") + name + "\" is no list");
  return *value;
}

label_list labels(const json::value& of, const char* name) {
  const auto* value = member(of, name).if_object();
  if (!value) throw malformed(std::string("\"") + name + "\" is no object");
  label_list out;
  for (const auto& [key, entry] : *value) {
    if (!entry.is_string()) throw malformed("the label \"" + std::string(key) + "\" is no text");
    out.emplace_back(std::string(key), std::string(entry.get_string()));
  }
  return out;
}

counted_series series_of(const json::value& from) {
  counted_series out;
  out.labels = labels(from, "labels");
  out.labels.emplace_back("__name__", text(from, "name"));
  out.value = count(from, "value");
  return out;
}

std::vector<std::string> traces_of(const json::value& failure) {
  std::vector<std::string> out;
  for (const auto& example : list(failure, "examples"))
    if (auto trace = text(example, "trace_id"); !trace.empty()) out.push_back(std::move(trace));
  std::reverse(out.begin(), out.end());
  return out;
}

/// Of results that have them: who writes results by hand needs none.
std::vector<run_failure> failures(const json::value& root) {
  std::vector<run_failure> out;
  if (!root.as_object().contains("scenarios")) return out;
  for (const auto& scenario : list(root, "scenarios"))
    for (const auto& f : list(scenario, "failures"))
      out.push_back({text(scenario, "name"), text(f, "step"), text(f, "where"), text(f, "why"),
                     text(f, "detail"), count(f, "count"), traces_of(f)});
  return out;
}

void check_format(const json::value& root) {
  if (text(root, "format") != "remora-run") throw malformed("it is no result of remora-probe run");
  if (const auto version = count(root, "version"); version != 1)
    throw malformed("version " + std::to_string(version) + " is not known here (expected 1)");
}

run_results read(const json::value& root) {
  check_format(root);
  run_results out;
  out.from = time(root, "started");
  out.to = time(root, "ended");
  if (out.to < out.from) throw malformed("it ended before it started");
  out.scheduled = count(root, "scheduled");
  out.ran = count(root, "ran");
  if (out.ran > out.scheduled) throw malformed("more was run than was scheduled");
  out.labels = labels(root, "labels");
  for (const auto& name : list(root, "metrics")) {
    if (!name.is_string()) throw malformed("\"metrics\" is no list of names");
    out.metrics.emplace_back(name.get_string());
  }
  for (const auto& one : list(root, "counters")) out.series.push_back(series_of(one));
  out.failures = failures(root);
  return out;
}

/// A series as a scrape would have stored it: its own labels win.
label_list with_target(const label_list& own, const label_list& target) {
  label_list out = own;
  for (const auto& label : target) {
    const bool taken =
        std::any_of(own.begin(), own.end(), [&](const auto& o) { return o.first == label.first; });
    if (!taken) out.push_back(label);
  }
  return out;
}

/// `name` or, where a scenario runs for several targets, `name@target`; "" of what has no scenario.
std::string scenario_key(const label_list& labels) {
  std::string scenario, target;
  for (const auto& [name, value] : labels) {
    if (name == "scenario") scenario = value;
    if (name == "target") target = value;
  }
  return scenario + (target.empty() ? "" : "@" + target);
}

boost::system::result<std::int64_t, std::string> sum_of(const selector& what,
                                                        const run_results& results) {
  const auto counted = [&](const std::string& name) { return name == what.metric; };
  if (std::none_of(results.metrics.begin(), results.metrics.end(), counted))
    return "a run of the probe does not count " + what.metric + ": ask Prometheus for it";
  const auto matcher = series_matcher::compile(what);
  if (matcher.has_error()) return matcher.error();
  std::int64_t sum = 0;
  for (const auto& one : results.series)
    if (matcher->selects(with_target(one.labels, results.labels)) &&
        __builtin_add_overflow(sum, one.value, &sum))
      return "the events of " + what.to_string() + " are more than can be counted";
  return sum;
}

}  // namespace

boost::system::result<run_results, std::string> parse_run_results(std::string_view text) {
  boost::system::error_code error;
  const auto root = json::parse(text, error);
  if (error) return "it is no JSON: " + error.message();
  try {
    return read(root);
  } catch (const malformed& e) {
    return std::string(e.what());
  }
}

std::vector<run_failure> failures_of(const objective& o, const run_results& results) {
  if (!o.counters) return {};
  const auto matcher = series_matcher::compile(o.counters->total);
  if (matcher.has_error()) return {};
  std::vector<std::string> keys;  // of scenarios, as the results name them
  for (const auto& one : results.series) {
    const auto labels = with_target(one.labels, results.labels);
    if (matcher->selects(labels)) keys.push_back(scenario_key(labels));
  }
  const bool told_apart =
      std::any_of(keys.begin(), keys.end(), [](const auto& key) { return !key.empty(); });
  std::vector<run_failure> out;
  for (const auto& f : results.failures)
    if (!told_apart || std::find(keys.begin(), keys.end(), f.scenario) != keys.end())
      out.push_back(f);
  return out;
}

evidence run_evidence(const objective& o, const run_results& results) {
  evidence out;
  out.source = evidence_source::run;
  out.from = results.from;
  out.to = out.newest = results.to;
  out.observed_seconds = static_cast<double>(results.to - results.from) / 1000;
  out.coverage = results.scheduled == 0
                     ? 0
                     : static_cast<double>(results.ran) / static_cast<double>(results.scheduled);
  if (!o.counters || o.slices) {
    out.problem = beyond_counters(o).value_or("this") + " cannot be counted from a run's results";
    return out;
  }
  const auto total = sum_of(o.counters->total, results);
  const auto part = sum_of(o.counters->part, results);
  if (total.has_error() || part.has_error()) {
    out.problem = total.has_error() ? total.error() : part.error();
    return out;
  }
  if (*part > *total) {
    out.problem = "there are more events of " + o.counters->part.to_string() + " (" +
                  std::to_string(*part) + ") than events (" + std::to_string(*total) + ")";
    return out;
  }
  const bool good = o.counters->part_is == event_kind::good;
  out.counts = out.recent = {*total, good ? *total - *part : *part};
  return out;
}

}  // namespace slo
