#include "probe/format/scenario.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

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

void check_name(const std::string& name, const core::position& at, reading& r) {
  if (!is_label(name))
    r.found.add(at, "\"" + name + "\" is no name", "up to 64 of a-z, 0-9, - and _");
}

/// Of a name that is written down as it is; of others it is the value that counts.
bool is_literal(const node& name) {
  return name.is_scalar() && name.text.find("${") == std::string::npos;
}
void check_value_of_name(const std::string& value, const node& from, reading& r) {
  const node* name = from.find("name");
  if (name && !is_literal(*name)) check_name(value, name->at, r);
}

/// A kind of check as far as the format goes.
struct kind_row {
  const char* name;
  bool (*is)(const step&);
  void (*collect)(const step&, text_list&);
};

template <auto Member>
constexpr kind_row row(const char* name) {
  return {name, [](const step& s) { return (s.*Member).has_value(); },
          [](const step& s, text_list& into) {
            if (s.*Member) (s.*Member)->collect(into);
          }};
}

constexpr std::array kinds{
    row<&step::http>("http"),     row<&step::tcp>("tcp"),           row<&step::tls>("tls"),
    row<&step::dns>("dns"),       row<&step::postgres>("postgres"), row<&step::redis>("redis"),
    row<&step::stream>("stream"),
};

void check_kind_of(const step& s, const node& from, reading& r) {
  std::string names, given;
  for (const auto& kind : kinds) {
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
    if (kind.is(s)) given += (given.empty() ? "" : " and ") + std::string(kind.name);
  }
  if (given.empty()) r.found.add(from.at, "the step checks nothing", "one of " + names);
  if (given.find(' ') != std::string::npos)
    r.found.add(from.at, "the step is both " + given, "one of " + names);
  if (!given.empty() && !s.http && !s.expect.status.empty())
    r.found.add(place_of(from, "expect"), "a status is expected of a check that has none",
                "what else its answer must be");
  for (const auto* e : {&s.expect, s.poll ? &s.poll->until : &s.expect}) {
    if ((e->dns && !s.dns) || (e->redis && !s.redis) || (e->postgres && !s.postgres))
      return r.found.add(place_of(from, "expect"),
                         "the answer of another kind of check is expected", "the kind of the step");
  }
}

/// A list of steps that copies of its scenario share.
class steps_kind final : public core::value_kind {
 public:
  void read(const node& from, void* into, reading& r) const override {
    std::vector<step> steps;
    list().read(from, &steps, r);
    *static_cast<shared_list<step>*>(into) = std::move(steps);
  }
  std::string schema() const override { return list().schema(); }
  std::string name() const override { return list().name(); }
  std::string show(const void* value) const override {
    return list().show(&static_cast<const shared_list<step>*>(value)->get());
  }
  const core::struct_table* table() const override { return list().table(); }
  std::string nesting() const override { return list().nesting(); }

 private:
  static const core::value_kind& list() { return core::kind_of<std::vector<step>>(); }
};

void check_step(const step& s, const node& from, reading& r) {
  check_value_of_name(s.name, from, r);
  check_kind_of(s, from, r);
  if (s.stream && s.poll)
    r.found.add(place_of(from, "poll"), "poll with a stream, which follows by itself",
                "until, every and at_most of the stream");
  if (const node* extract = from.find("extract"))
    for (const auto& member : extract->members)
      if (!is_variable(member.key.text))
        r.found.add(member.key.at, "\"" + member.key.text + "\" is no variable",
                    "a-z, 0-9 and _, not a digit first, not uuid");
}

void check_scenario(const scenario& s, const node& from, reading& r) {
  check_value_of_name(s.name, from, r);
  if (const node* load = from.find("load"); load && profile_of(s.load).count() == 0)
    r.found.add(load->at, "the load starts nothing", "a rate above 0");
  if (const node* steps = from.find("steps"); steps && steps->is_sequence() && s.steps.empty())
    r.found.add(steps->at, "no steps", "at least one");
  std::set<std::string> names;
  for (const char* list : {"steps", "always"}) {
    const node* items = from.find(list);
    if (!items) continue;
    for (const auto& item : items->items)
      if (const node* name = item.find("name"); name && !names.insert(name->text).second)
        r.found.add(name->at, "a second step named \"" + name->text + "\"", "another name");
  }
}

}  // namespace

void polling::describe(core::fields<polling>& f) {
  f.required("until", &polling::until, "What the answer must be for the polling to end.");
  f.optional(
      "while", &polling::meanwhile,
      "Status codes that mean \"not yet\"; any other ends the polling at once. Without it, all.");
  f.optional("every", &polling::every, "Time from one attempt's end to the next.")
      .range(shortest_time, longest_time);
  f.optional("at_most", &polling::at_most, "Time after which the step fails.")
      .range(shortest_time, longest_time);
}

void step::describe(core::fields<step>& f) {
  f.required("name", &step::name, "Name of the step in metrics, spans and reports.");
  f.optional("http", &step::http, "The check of this step: an HTTP request.");
  f.optional("dns", &step::dns, "The check of this step: a question to a DNS server.");
  f.optional("postgres", &step::postgres, "The check of this step: a statement for a PostgreSQL.");
  f.optional("redis", &step::redis, "The check of this step: a command to a Redis.");
  f.optional("stream", &step::stream,
             "The check of this step: submits a message and follows it until it can be read.");
  f.optional("tcp", &step::tcp, "The check of this step: a TCP connection and a dialog on it.");
  f.optional("tls", &step::tls, "The check of this step: a TLS handshake.");
  f.optional("timeout", &step::timeout, "Time for one attempt, instead of step_timeout.")
      .range(shortest_time, longest_time);
  f.optional("expect", &step::expect, "What the (last) answer must be.");
  f.optional("poll", &step::poll, "Repeats the request until its answer is right.");
  f.optional("extract", &step::extract, "Variables for later steps, taken from the answer.");
  f.check(check_step);
}

void check_names(const core::node& root, core::reading& r) {
  const auto check = [&](const node& from) {
    const node* name = from.find("name");
    if (name && is_literal(*name)) check_name(name->text, name->at, r);
  };
  check(root);
  for (const char* list : {"steps", "always"})
    if (const node* steps = root.find(list))
      for (const auto& item : steps->items) check(item);
}

std::vector<const char*> kind_names() {
  std::vector<const char*> out;
  for (const auto& kind : kinds) out.push_back(kind.name);
  return out;
}

text_list texts_of(const step& s) {
  text_list out;
  for (const auto& kind : kinds) kind.collect(s, out);
  s.expect.collect(out);
  if (s.poll) s.poll->until.collect(out);
  return out;
}

void scenario::describe(core::fields<scenario>& f) {
  f.required("name", &scenario::name, "Name of the scenario in metrics, spans and reports.");
  f.optional("description", &scenario::description, "What it watches, for people.");
  f.optional("interval", &scenario::interval,
             "Time from one intended start to the next; `load` starts more often than every 100ms.")
      .range(shortest_interval, longest_time);
  f.optional("timeout", &scenario::timeout, "Time for all steps together.")
      .range(shortest_time, longest_time);
  f.optional("step_timeout", &scenario::step_timeout, "Time for one attempt of a step.")
      .range(shortest_time, longest_time);
  f.optional("max_running", &scenario::max_running,
             "Most runs at a time; one that would be more is missed, with reason overrun. Without "
             "it 32, and 10000 under load.")
      .range<std::int64_t, std::int64_t>(1, 1'000'000);
  f.optional("load", &scenario::load,
             "For `run`: starts by rates over time, instead of one every interval.");
  f.optional("sign", &scenario::sign,
             "Sign requests when a key is configured; false for traffic that stands for users.");
  f.optional("trace", &scenario::trace, "Start a trace with each run and record its spans.");
  f.optional("trace_ratio", &scenario::trace_ratio,
             "Share of the runs that pass whose trace is recorded; those that fail always are.")
      .range(0.0, 1.0);
  f.required("steps", &scenario::steps, "Steps in their order; the first that fails ends the run.");
  f.optional("always", &scenario::always,
             "Steps that run after the others whether or not those passed, to clean up. One whose "
             "variables were never extracted is skipped.");
  f.optional("targets", &scenario::targets,
             "Runs the scenario once for each of these; `${endpoint.NAME}` says which.");
  f.check(check_scenario);
}

}  // namespace probe

// One immutable instance, as `core::kind_of` promises.
template <>
const core::value_kind& core::kind_of<probe::shared_list<probe::step>>() {
  static const probe::steps_kind kind;
  return kind;
}
