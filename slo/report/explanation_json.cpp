#include "core/json_writer.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/report/explanation.hpp"
#include "slo/report/report.hpp"

namespace slo {

namespace {

using core::json_list;
using core::json_object;

std::string sample_json(const sample& s) {
  return json_object()
      .number("at", static_cast<double>(s.at) / 1000)
      .number("value", s.value)
      .take();
}

std::string reset_json(const counter_step& r) {
  return json_object()
      .raw("before", sample_json(r.before))
      .raw("after", sample_json(r.now))
      .count("events", r.events)
      .take();
}

std::string gap_json(const scrape_gap& g) {
  return json_object()
      .number("from", static_cast<double>(g.from) / 1000)
      .number("to", static_cast<double>(g.to) / 1000)
      .number("seconds_without_data", static_cast<double>(g.missing) / 1000)
      .take();
}

const char* start_label(const explained_series& s) {
  if (s.born) return "within_window";
  if (s.unknown_start) return "unknown";
  return s.before ? "before_window" : "none";
}

std::string series_json(const explained_series& s) {
  json_list resets, gaps;
  for (const auto& r : s.resets) resets.add(reset_json(r));
  for (const auto& g : s.gaps) gaps.add(gap_json(g));
  return json_object()
      .text("series", s.name)
      .count("events", s.events)
      .count("samples", static_cast<std::int64_t>(s.samples))
      .text("start", start_label(s))
      .raw("before", s.before ? sample_json(*s.before) : "null")
      .raw("first", s.samples > 0 ? sample_json(s.first) : "null")
      .raw("last", s.samples > 0 ? sample_json(s.last) : "null")
      .raw("resets", resets.take())
      .raw("gaps", gaps.take())
      .number("seconds_without_data", s.seconds_without_data)
      .take();
}

std::string query_json(const explained_query& q) {
  json_list series;
  for (const auto& s : q.series) series.add(series_json(s));
  return json_object()
      .text("role", q.role)
      .text("query", q.query)
      .text("asked", q.asked)
      .count("events", q.events)
      .raw("series", series.take())
      .take();
}

std::string term_json(const explained_term& t) {
  return json_object()
      .text("name", t.name)
      .text("formula", t.formula)
      .text("values", t.values)
      .number("value", t.value)
      .take();
}

std::string member_json(const explained_member& m) {
  return json_object()
      .text("id", m.id)
      .number("weight", m.weight)
      .number("burn_rate", m.burn_rate)
      .take();
}

}  // namespace

std::string explanation_json(const explanation& e) {
  json_list queries, terms, members;
  for (const auto& q : e.queries) queries.add(query_json(q));
  for (const auto& t : e.terms) terms.add(term_json(t));
  for (const auto& m : e.members) members.add(member_json(m));
  return json_object()
      .raw("raw", status_json({e.what, e.seen, e.corrected, std::nullopt}))
      .raw("rules", e.rules ? status_json({e.what, *e.rules, std::nullopt, std::nullopt}) : "null")
      .raw("queries", queries.take())
      .raw("members", members.take())
      .raw("terms", terms.take())
      .take();
}

}  // namespace slo
