#include "probe/format/stream_request.hpp"

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

/// One way, and an expectation of its own kind.
template <class Way>
void check_way(const Way& way, const expectation& e, const node& from, const node& expected_at,
               reading& r) {
  if (way.http.has_value() == way.redis.has_value())
    return r.found.add(from.at, way.http ? "both http and redis" : "no way is given",
                       way.http ? "one of them" : "http or redis");
  if (e.dns || e.postgres || (e.redis && !way.redis))
    r.found.add(expected_at.at, "the answer of another kind of check is expected",
                way.http ? "what an HTTP answer is" : "what a reply of Redis is");
  if (!way.http && !e.status.empty())
    r.found.add(expected_at.at, "a status is expected of a check that has none",
                "what a reply of Redis is");
}

const node& child(const node& from, std::string_view key) {
  const node* found = from.find(key);
  return found ? *found : from;
}

void check_submission(const stream_submission& s, const node& from, reading& r) {
  check_way(s, s.expect, from, child(from, "expect"), r);
}

void check_stream(const stream_request& s, const node& from, reading& r) {
  check_way(s.read, s.until, child(from, "read"), child(from, "until"), r);
  if (!s.meanwhile.empty() && !s.read.http)
    r.found.add(place_of(from, "while"), "statuses of a reading that has none",
                "no while, or a reading by http");
  if (s.late_after && *s.late_after > s.at_most)
    r.found.add(place_of(from, "late_after"), "late_after is more than at_most",
                "a time within which it can still be read");
}

template <class Way>
void collect_way(const Way& way, text_list& into) {
  if (way.http) way.http->collect(into);
  if (way.redis) way.redis->collect(into);
}

}  // namespace

void stream_submission::describe(core::fields<stream_submission>& f) {
  f.optional("http", &stream_submission::http, "The request that submits the message.");
  f.optional("redis", &stream_submission::redis, "The command that submits it, such as XADD.");
  f.optional("expect", &stream_submission::expect, "What the answer must be.");
  f.optional("extract", &stream_submission::extract,
             "Variables for the reading, taken from the answer.");
  f.check(check_submission);
}

void stream_reading::describe(core::fields<stream_reading>& f) {
  f.optional("http", &stream_reading::http, "The request that reads the message.");
  f.optional("redis", &stream_reading::redis, "The command that reads it, such as XRANGE.");
}

void stream_request::describe(core::fields<stream_request>& f) {
  f.required("submit", &stream_request::submit, "How a message is submitted.");
  f.required("read", &stream_request::read, "How it is read back.");
  f.required("until", &stream_request::until,
             "What the answer to the reading is when the message can be read.");
  f.optional("while", &stream_request::meanwhile,
             "Status codes that mean \"not yet\"; any other ends the following. Without it, all.");
  f.optional("every", &stream_request::every,
             "Time from one reading's end to the next: freshness is measured as finely as this.")
      .range(shortest_time, longest_time);
  f.optional("at_most", &stream_request::at_most, "Time after which a message counts as lost.")
      .range(shortest_time, longest_time);
  f.optional("late_after", &stream_request::late_after,
             "Time after which a message counts as late, which fails the step.")
      .range(shortest_time, longest_time);
  f.optional("copies", &stream_request::copies,
             "JSON Pointer to how often the message can be read, a number or an array of the "
             "copies; more than one fails the step.");
  f.check(check_stream);
}

void stream_request::collect(text_list& into) const {
  collect_way(submit, into);
  submit.expect.collect(into);
  collect_way(read, into);
  until.collect(into);
}

std::set<std::string> stream_request::own_variables() const {
  std::set<std::string> out;
  for (const auto& [name, from] : submit.extract) out.insert(name);
  return out;
}

}  // namespace probe
