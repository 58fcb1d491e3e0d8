#include "probe/format/expectation.hpp"

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

void check_header(const header_expectation& h, const node& from, reading& r) {
  if (!h.exists && !h.equals && !h.matches && !h.not_matches)
    r.found.add(from.at, "nothing is expected of the header",
                "exists, equals, matches or not_matches");
  if (h.exists == false && (h.equals || h.matches || h.not_matches))
    r.found.add(from.at, "a header that must not exist cannot be anything",
                "exists: false and nothing else");
}

void check_json(const json_expectation& j, const node& from, reading& r) {
  if (!j.exists && !j.equals && !j.type && !j.matches)
    r.found.add(from.at, "nothing is expected of the value", "exists, equals, type or matches");
  if (j.exists == false && (j.equals || j.type || j.matches))
    r.found.add(from.at, "a value that must not exist cannot be anything",
                "exists: false and nothing else");
}

void check_size(const size_range& s, const node& from, reading& r) {
  if (!s.min && !s.max) r.found.add(from.at, "no size is expected", "min, max or both");
  if (s.min && s.max && s.min->bytes > s.max->bytes)
    r.found.add(place_of(from, "max"), "max is below min", "min, or more");
}

}  // namespace

void header_expectation::describe(core::fields<header_expectation>& f) {
  f.required("name", &header_expectation::name, "Name of the header, in any case.");
  f.optional("exists", &header_expectation::exists,
             "Whether there must be such a header, or must be none.");
  f.optional("equals", &header_expectation::equals, "Its exact value.");
  f.optional("matches", &header_expectation::matches, "A regular expression found in its value.");
  f.optional("not_matches", &header_expectation::not_matches,
             "A regular expression that is not found in its value.");
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

void size_range::describe(core::fields<size_range>& f) {
  f.optional("min", &size_range::min, "At least so many bytes.");
  f.optional("max", &size_range::max, "At most so many bytes.");
  f.check(check_size);
}

void expectation::describe(core::fields<expectation>& f) {
  f.optional("status", &expectation::status, "Status codes that are right; without it, 2xx.");
  f.optional("headers", &expectation::headers, "What headers must be.");
  f.optional("json", &expectation::json, "What values of the JSON body must be.");
  f.optional("contains", &expectation::contains, "Text the body contains.");
  f.optional("not_contains", &expectation::not_contains, "Text the body does not contain.");
  f.optional("matches", &expectation::matches, "A regular expression found in the body.");
  f.optional("not_matches", &expectation::not_matches,
             "A regular expression that is not found in the body.");
  f.optional("size", &expectation::size, "Size of the body, decoded where it was compressed.");
  f.optional("raw_size", &expectation::raw_size, "Size of the body as it was sent.");
  f.optional("version", &expectation::version, "Version the server answers in.");
  f.optional("latency", &expectation::latency,
             "Longest time from the first phase to the body's last byte.")
      .range(shortest_time, longest_time);
  f.optional("dns", &expectation::dns, "What a DNS answer must be; without it NOERROR.");
  f.optional("redis", &expectation::redis, "What a reply of Redis must be; without it no error.");
  f.optional("postgres", &expectation::postgres, "What the rows of a statement must be.");
  f.optional("phases", &expectation::phases, "Longest time of single phases.");
  f.optional("tls", &expectation::tls, "What TLS and the server's certificates must be.");
}

void expectation::collect(text_list& into) const {
  for (const auto& h : headers)
    if (h.equals) into.push_back(&*h.equals);
  for (const auto& j : json)
    if (j.equals) j.equals->collect(into);
  if (contains) into.push_back(&*contains);
  if (dns) dns->collect(into);
  if (redis) redis->collect(into);
  if (postgres) postgres->collect(into);
  if (not_contains) into.push_back(&*not_contains);
}

}  // namespace probe
