#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "probe/replay/bundle_diff.hpp"
#include "probe/report/time_text.hpp"

namespace probe {
namespace {

using core::json_list;
using core::json_object;

std::string time_text(double seconds) {
  return readable(
      std::chrono::duration_cast<core::duration>(std::chrono::duration<double>(seconds)));
}

/// What a server said cannot steer the terminal.
std::string on_one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

std::optional<double> find(const named_seconds& times, const std::string& name) {
  for (const auto& [key, seconds] : times)
    if (key == name) return seconds;
  return std::nullopt;
}

/// The names of both, those of the first in their order.
std::vector<std::string> names_of(const named_seconds& a, const named_seconds& b) {
  std::vector<std::string> out;
  for (const auto* times : {&a, &b})
    for (const auto& [name, seconds] : *times)
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  return out;
}

void add_times(std::string& out, const std::string& prefix, const named_seconds& then,
               const named_seconds& now) {
  for (const auto& name : names_of(then, now)) {
    const auto a = find(then, name), b = find(now, name);
    fmt::format_to(std::back_inserter(out), "    {:<18} {:>10} {:>10}\n", prefix + name,
                   a ? time_text(*a) : "-", b ? time_text(*b) : "-");
  }
}

void add_changes(std::string& out, const char* prefix, const std::vector<changed_value>& changes) {
  for (const auto& c : changes)
    fmt::format_to(std::back_inserter(out), "    {}{}\n      then {}\n      now  {}\n", prefix,
                   c.name, on_one_line(c.then.value_or("-")), on_one_line(c.now.value_or("-")));
}

std::string step_text(const step_diff& d) {
  const auto shown = [](const bundle_step& s) { return s.outcome.empty() ? "not run" : s.outcome; };
  std::string out = fmt::format("  {}: {} then, {} now{}\n", d.name, shown(d.then), shown(d.now),
                                d.same() ? ", no difference" : "");
  if (d.then.outcome == "skipped" && d.now.outcome == "skipped") return out;
  fmt::format_to(std::back_inserter(out), "    {:<18} {:>10} {:>10}\n    {:<18} {:>10} {:>10}\n",
                 "", "then", "now", "total", time_text(d.then.took), time_text(d.now.took));
  add_times(out, "", d.then.phases, d.now.phases);
  add_times(out, "server ", d.then.server_timing, d.now.server_timing);
  add_changes(out, "", d.values);
  add_changes(out, "header ", d.headers);
  if (!d.body.empty()) out += "    body\n";
  for (const auto& line : d.body)
    fmt::format_to(std::back_inserter(out), "      {} {}\n", line.mark == '~' ? '.' : line.mark,
                   line.mark == '~' ? ".." : on_one_line(line.text));
  return out;
}

std::string verdict_text(const bundle& b) {
  return b.failed ? on_one_line(b.step + " broke at " + b.where + ", " + b.why + ": " + b.detail)
                  : "passed";
}

std::string optional_json(const std::optional<std::string>& text) {
  return text ? core::json_string(*text) : "null";
}

std::string changes_json(const std::vector<changed_value>& changes) {
  json_list out;
  for (const auto& c : changes)
    out.add(json_object()
                .text("name", c.name)
                .raw("then", optional_json(c.then))
                .raw("now", optional_json(c.now))
                .take());
  return out.take();
}

std::string times_json(const named_seconds& then, const named_seconds& now) {
  json_object out;
  for (const auto& name : names_of(then, now))
    out.raw(name,
            json_object().number("then", find(then, name)).number("now", find(now, name)).take());
  return out.take();
}

std::string step_json(const step_diff& d) {
  json_list body;
  for (const auto& line : d.body)
    body.add(json_object().text("mark", std::string(1, line.mark)).text("text", line.text).take());
  return json_object()
      .text("step", d.name)
      .boolean("same", d.same())
      .raw("duration_seconds",
           json_object().number("then", d.then.took).number("now", d.now.took).take())
      .raw("phases", times_json(d.then.phases, d.now.phases))
      .raw("server_timing", times_json(d.then.server_timing, d.now.server_timing))
      .raw("values", changes_json(d.values))
      .raw("headers", changes_json(d.headers))
      .raw("body", body.take())
      .take();
}

}  // namespace

std::string diff_text(const bundle_diff& d) {
  std::string out = fmt::format("replay of {} from {}\n", d.then.scenario, d.then.intended);
  for (const auto& step : d.steps) out += step_text(step);
  if (!d.same_configuration) out += "The targets, or the scenario, are not those of the bundle.\n";
  fmt::format_to(std::back_inserter(out), "then: {}{}\nnow:  {}{}\n", verdict_text(d.then),
                 d.then.trace_id.empty() ? "" : " (trace " + d.then.trace_id + ")",
                 verdict_text(d.now),
                 d.now.trace_id.empty() ? "" : " (trace " + d.now.trace_id + ")");
  return out;
}

std::string diff_json(const bundle_diff& d) {
  json_list steps;
  for (const auto& step : d.steps) steps.add(step_json(step));
  const auto side = [](const bundle& b) {
    json_object out;
    out.text("outcome", b.failed ? "failed" : "passed").text("trace_id", b.trace_id);
    if (b.failed)
      out.text("step", b.step).text("where", b.where).text("why", b.why).text("detail", b.detail);
    return out.text("intended", b.intended).number("duration_seconds", b.took).take();
  };
  return json_object()
             .text("format", "remora-replay")
             .count("version", 1)
             .text("id", d.then.id)
             .text("scenario", d.then.scenario)
             .boolean("passes_now", !d.now.failed)
             .boolean("same_configuration", d.same_configuration)
             .raw("then", side(d.then))
             .raw("now", side(d.now))
             .raw("steps", steps.take())
             .take() +
         "\n";
}

}  // namespace probe
