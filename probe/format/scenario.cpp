#include "probe/format/scenario.hpp"

#include <algorithm>
#include <set>

#include "core/token.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr auto shortest = core::duration(milliseconds(1));
constexpr auto longest = core::duration(hours(24));

/// Where to point for a rule about `key`: its value, or the map when it is not there.
const core::position& place_of(const node& from, std::string_view key) {
  const node* found = from.find(key);
  return found ? found->at : from.at;
}

/// Names become label values and go into the signature's header, so their alphabet is small.
bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_variable(std::string_view text) {
  return is_label(text) && text.find('-') == std::string_view::npos &&
         (text[0] < '0' || text[0] > '9') && text != "uuid";
}

void check_name(const std::string& name, const node& from, reading& r) {
  if (!name.empty() && !is_label(name))
    r.found.add(place_of(from, "name"), "\"" + name + "\" is no name",
                "up to 64 of a-z, 0-9, - and _");
}

void check_header(const header_expectation& h, const node& from, reading& r) {
  if (!h.equals && !h.matches)
    r.found.add(from.at, "nothing is expected of the header", "equals or matches");
}

void check_json(const json_expectation& j, const node& from, reading& r) {
  if (!j.exists && !j.equals && !j.type && !j.matches)
    r.found.add(from.at, "nothing is expected of the value", "exists, equals, type or matches");
  if (j.exists == false && (j.equals || j.type || j.matches))
    r.found.add(from.at, "a value that must not exist cannot be anything",
                "exists: false and nothing else");
}

void check_extraction(const extraction& e, const node& from, reading& r) {
  if (e.json && e.header)
    r.found.add(from.at, "both json and header", "one of them, or regex alone for the body");
  if (!e.json && !e.header && !e.regex)
    r.found.add(from.at, "nothing says what is extracted", "json, header or regex");
  if (e.pick && !e.json) r.found.add(place_of(from, "pick"), "pick without json");
  if (e.item && !e.pick) r.found.add(place_of(from, "item"), "item without pick");
}

void check_request(const http_request& q, const node& from, reading& r) {
  if (!core::is_token(q.method))
    r.found.add(place_of(from, "method"), "\"" + q.method + "\" is no method", "such as GET");
  if (q.body && q.json) r.found.add(place_of(from, "json"), "both body and json", "one of them");
  const node* headers = from.find("headers");
  if (!headers) return;
  constexpr std::string_view ours[] = {"host", "content-length", "transfer-encoding", "connection"};
  for (const auto& member : headers->members) {
    std::string lower = member.key.text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (!core::is_token(lower))
      r.found.add(member.key.at, "\"" + member.key.text + "\" is no header name");
    if (std::find(std::begin(ours), std::end(ours), lower) != std::end(ours))
      r.found.add(member.key.at, "\"" + member.key.text + "\" is set by the probe itself");
  }
}

void check_step(const step& s, const node& from, reading& r) {
  check_name(s.name, from, r);
  if (!s.http) r.found.add(from.at, "the step checks nothing", "http");
  if (const node* extract = from.find("extract"))
    for (const auto& member : extract->members)
      if (!is_variable(member.key.text))
        r.found.add(member.key.at, "\"" + member.key.text + "\" is no variable",
                    "a-z, 0-9 and _, not a digit first, not uuid");
}

void check_scenario(const scenario& s, const node& from, reading& r) {
  check_name(s.name, from, r);
  if (const node* steps = from.find("steps"); steps && steps->is_sequence() && s.steps.empty())
    r.found.add(steps->at, "no steps", "at least one");
  std::set<std::string> names;
  for (const char* list : {"steps", "always"}) {
    const node* items = from.find(list);
    if (!items) continue;
    for (const auto& item : items->items)
      if (const node* name = item.find("name"); name && !names.insert(name->text).second)
        r.found.add(name->at, "a second step named \"" + name->text + "\"");
  }
}

}  // namespace

void header_expectation::describe(core::fields<header_expectation>& f) {
  f.required("name", &header_expectation::name, "Name of the header, in any case.");
  f.optional("equals", &header_expectation::equals, "Its exact value.");
  f.optional("matches", &header_expectation::matches, "A regular expression found in its value.");
  f.check(check_header);
}

void json_expectation::describe(core::fields<json_expectation>& f) {
  f.required("pointer", &json_expectation::pointer,
             "JSON Pointer (RFC 6901) into the body; \"\" is the whole of it.");
  f.optional("exists", &json_expectation::exists,
             "Whether there must be a value, or must be none.");
  f.optional("equals", &json_expectation::equals, "The value, numbers compared as numbers.");
  f.optional("type", &json_expectation::type, "The value's type.");
  f.optional("matches", &json_expectation::matches,
             "A regular expression found in the value, which is a string.");
  f.check(check_json);
}

void expectation::describe(core::fields<expectation>& f) {
  f.optional("status", &expectation::status, "Status codes that are right; without it, 2xx.");
  f.optional("headers", &expectation::headers, "What headers must be.");
  f.optional("json", &expectation::json, "What values of the JSON body must be.");
  f.optional("contains", &expectation::contains, "Text the body contains.");
  f.optional("matches", &expectation::matches, "A regular expression found in the body.");
  f.optional("latency", &expectation::latency,
             "Longest time from the first phase to the body's last byte.")
      .range(shortest, longest);
}

void extraction::describe(core::fields<extraction>& f) {
  f.optional("json", &extraction::json, "JSON Pointer to a string, number or boolean of the body.");
  f.optional("pick", &extraction::pick, "Which item of the array that json points to.");
  f.optional("item", &extraction::item, "JSON Pointer inside the picked item.");
  f.optional("header", &extraction::header, "Name of a header.");
  f.optional("regex", &extraction::regex,
             "First group (or the whole match) in what json or header gave; alone: in the body.");
  f.check(check_extraction);
}

void http_request::describe(core::fields<http_request>& f) {
  f.optional("method", &http_request::method, "Request method.");
  f.required("url", &http_request::url, "Absolute URL: ${target.base}/v1/securities/${isin}.");
  f.optional("headers", &http_request::headers, "Header fields by name.");
  f.optional("body", &http_request::body, "Body as text.");
  f.optional("json", &http_request::json,
             "Body as a JSON value written in YAML; sent as application/json.");
  f.check(check_request);
}

void polling::describe(core::fields<polling>& f) {
  f.required("until", &polling::until, "What the answer must be for the polling to end.");
  f.optional(
      "while", &polling::meanwhile,
      "Status codes that mean \"not yet\"; any other ends the polling at once. Without it, all.");
  f.optional("every", &polling::every, "Time from one attempt's end to the next.")
      .range(shortest, longest);
  f.optional("at_most", &polling::at_most, "Time after which the step fails.")
      .range(shortest, longest);
}

void step::describe(core::fields<step>& f) {
  f.required("name", &step::name, "Name of the step in metrics, spans and reports.");
  f.optional("http", &step::http, "The check of this step: an HTTP request.");
  f.optional("timeout", &step::timeout, "Time for one attempt, instead of step_timeout.")
      .range(shortest, longest);
  f.optional("expect", &step::expect, "What the (last) answer must be.");
  f.optional("poll", &step::poll, "Repeats the request until its answer is right.");
  f.optional("extract", &step::extract, "Variables for later steps, taken from the answer.");
  f.check(check_step);
}

namespace {

using text_list = std::vector<const template_text*>;

void collect(const json_template& from, text_list& into) {
  for (const auto* text : from.texts()) into.push_back(text);
}

void collect(const expectation& from, text_list& into) {
  for (const auto& h : from.headers)
    if (h.equals) into.push_back(&*h.equals);
  for (const auto& j : from.json)
    if (j.equals) collect(*j.equals, into);
  if (from.contains) into.push_back(&*from.contains);
}

void collect(const http_request& from, text_list& into) {
  into.push_back(&from.url);
  for (const auto& [name, value] : from.headers) into.push_back(&value);
  if (from.body) into.push_back(&*from.body);
  if (from.json) collect(*from.json, into);
}

}  // namespace

std::vector<const template_text*> texts_of(const step& s) {
  text_list out;
  if (s.http) collect(*s.http, out);
  collect(s.expect, out);
  if (s.poll) collect(s.poll->until, out);
  return out;
}

void scenario::describe(core::fields<scenario>& f) {
  f.required("name", &scenario::name, "Name of the scenario in metrics, spans and reports.");
  f.optional("description", &scenario::description, "What it watches, for people.");
  f.optional("interval", &scenario::interval, "Time from one intended start to the next.")
      .range(shortest, longest);
  f.optional("timeout", &scenario::timeout, "Time for all steps together.")
      .range(shortest, longest);
  f.optional("step_timeout", &scenario::step_timeout, "Time for one attempt of a step.")
      .range(shortest, longest);
  f.optional("max_running", &scenario::max_running,
             "Most runs at a time; one that would be more is missed, with reason overrun.")
      .range<std::int64_t, std::int64_t>(1, 100'000);
  f.optional("sign", &scenario::sign,
             "Sign requests when a key is configured; false for traffic that stands for users.");
  f.optional("trace", &scenario::trace, "Start a trace with each run and record its spans.");
  f.required("steps", &scenario::steps, "Steps in their order; the first that fails ends the run.");
  f.optional("always", &scenario::always,
             "Steps that run after the others whether or not those passed, to clean up. One whose "
             "variables were never extracted is skipped.");
  f.check(check_scenario);
}

}  // namespace probe
