#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "probe/replay/bundle.hpp"

namespace probe {
namespace {

using core::json_list;
using core::json_object;

/// A list of pairs, since a name may occur twice and their order says something.
std::string pairs_json(const named_texts& pairs) {
  json_list out;
  for (const auto& [name, value] : pairs)
    out.add("[" + core::json_string(name) + "," + core::json_string(value) + "]");
  return out.take();
}

std::string texts_json(const named_texts& texts) {
  json_object out;
  for (const auto& [name, value] : texts) out.text(name, value);
  return out.take();
}

std::string seconds_json(const named_seconds& times) {
  json_object out;
  for (const auto& [name, value] : times) out.number(name, value);
  return out.take();
}

std::string list_json(const std::vector<std::string>& texts) {
  json_list out;
  for (const auto& text : texts) out.add(core::json_string(text));
  return out.take();
}

std::string body_json(const bundle_body& body) {
  return json_object()
      .count("size", static_cast<std::int64_t>(body.size))
      .raw("text", body.text ? core::json_string(*body.text) : "null")
      .take();
}

/// What the list and the file have alike.
json_object& add_facts(json_object& out, const bundle_step& s) {
  out.text("step", s.name).text("outcome", s.outcome);
  if (s.outcome == "skipped") return out;
  out.text("method", s.method)
      .text("url", s.url)
      .text("peer", s.peer)
      .count("status", s.status)
      .count("attempts", s.attempts)
      .number("started_seconds", s.started)
      .number("duration_seconds", s.took)
      .raw("phases", seconds_json(s.phases))
      .raw("server_timing", seconds_json(s.server_timing));
  if (s.outcome == "failed") out.text("where", s.where).text("why", s.why).text("detail", s.detail);
  return out;
}

std::string step_json(const bundle_step& s) {
  json_object out;
  add_facts(out, s);
  if (s.outcome == "skipped") return out.take();
  const auto request = json_object()
                           .raw("headers", pairs_json(s.request_headers))
                           .raw("body", body_json(s.request_body))
                           .take();
  const auto answer =
      json_object().raw("headers", pairs_json(s.headers)).raw("body", body_json(s.body)).take();
  return out.raw("request", request).raw("answer", answer).raw("uuids", list_json(s.uuids)).take();
}

std::string variables_json(const std::vector<bundle_variable>& variables) {
  json_list out;
  for (const auto& v : variables)
    out.add(json_object()
                .text("name", v.name)
                .raw("value", v.value ? core::json_string(*v.value) : "null")
                .boolean("picked", v.picked)
                .take());
  return out.take();
}

json_object& add_facts(json_object& out, const bundle& b) {
  out.text("id", b.id)
      .text("scenario", b.scenario)
      .text("intended", b.intended)
      .text("outcome", b.failed ? "failed" : "passed")
      .number("lag_seconds", b.lag)
      .number("duration_seconds", b.took)
      .text("trace_id", b.trace_id);
  if (!b.target.empty()) out.text("target", b.target).raw("endpoint", texts_json(b.endpoint));
  if (b.failed)
    out.text("step", b.step).text("where", b.where).text("why", b.why).text("detail", b.detail);
  return out;
}

}  // namespace

std::string entry_json(const bundle& b) {
  json_list steps;
  for (const auto& s : b.steps) {
    json_object step;
    steps.add(add_facts(step, s).take());
  }
  json_object out;
  return add_facts(out, b).text("bundle", "/failures/" + b.id).raw("steps", steps.take()).take();
}

std::string to_json(const bundle& b) {
  json_list steps;
  for (const auto& s : b.steps) steps.add(step_json(s));
  json_object out;
  out.text("format", "remora-bundle").count("version", 1);
  return add_facts(out, b)
             .text("program_version", b.program_version)
             .text("configuration", b.configuration)
             .boolean("known_to_sidecar", b.known_to_sidecar)
             .raw("targets", texts_json(b.targets))
             .raw("addresses", texts_json(b.addresses))
             .raw("secrets", list_json(b.secrets))
             .raw("variables", variables_json(b.variables))
             .raw("steps", steps.take())
             .text("file", b.file)
             .text("source", b.source)
             .take() +
         "\n";
}

}  // namespace probe
