#include "probe/format/dns_request.hpp"

#include "core/dns_names.hpp"
#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

constexpr std::int64_t most_records = 65'535;

void check_records(const record_expectation& e, const node& from, reading& r) {
  if (e.count && (e.at_least || e.at_most))
    r.found.add(place_of(from, "count"), "both count and a bound", "count alone");
  if (e.at_least && e.at_most && *e.at_least > *e.at_most)
    r.found.add(place_of(from, "at_least"), "at_least is more than at_most", "at most at_most");
}

void check_request(const dns_request& q, const node& from, reading& r) {
  if (!core::dns_type_of(q.type))
    r.found.add(place_of(from, "type"), "\"" + q.type + "\" is no type of records",
                "such as A, AAAA, SRV, TXT, ANY or TYPE65280");
  if (!core::dns_class_of(q.cls))
    r.found.add(place_of(from, "class"), "\"" + q.cls + "\" is no class", "IN, CH, HS, ANY …");
  if (q.server_name && q.transport != dns_transport::tls)
    r.found.add(place_of(from, "server_name"), "server_name without TLS", "transport: tls");
  if (q.transport == dns_transport::tls && !q.server)
    r.found.add(from.at, "the servers of the system are not asked over TLS", "server");
  if (q.udp_size > 0 && q.udp_size < 512)
    r.found.add(place_of(from, "udp_size"), "a datagram of less than 512 bytes", "0, or from 512");
}

void check_expectation(const dns_expectation& e, const node& from, reading& r) {
  for (const auto& name : e.rcode)
    if (!core::dns_rcode_of(name))
      r.found.add(place_of(from, "rcode"), "\"" + name + "\" is no response code",
                  "such as NOERROR or NXDOMAIN");
  if (e.rcode.empty())
    r.found.add(place_of(from, "rcode"), "no response code is right", "[NOERROR]");
}

}  // namespace

void record_expectation::describe(core::fields<record_expectation>& f) {
  f.optional("count", &record_expectation::count, "How many records there must be.")
      .range<std::int64_t, std::int64_t>(0, most_records);
  f.optional("at_least", &record_expectation::at_least, "Fewest records.")
      .range<std::int64_t, std::int64_t>(0, most_records);
  f.optional("at_most", &record_expectation::at_most, "Most records.")
      .range<std::int64_t, std::int64_t>(0, most_records);
  f.optional("every", &record_expectation::every,
             "Regular expressions found in every record; there must be one.");
  f.optional("any", &record_expectation::any,
             "Regular expressions of which one is found in a record; there must be one.");
  f.optional("none", &record_expectation::none, "Regular expressions found in no record.");
  f.optional("not_every", &record_expectation::not_every,
             "Regular expressions of which one is missing in a record.");
  f.check(check_records);
}

void dns_request::describe(core::fields<dns_request>& f) {
  f.required("name", &dns_request::name, "Name that is asked for; no search list is used.");
  f.optional("type", &dns_request::type, "Type of the records: A, AAAA, SRV, ANY, TYPE65280 ….");
  f.optional("class", &dns_request::cls, "Class of the records.");
  f.optional("server", &dns_request::server,
             "Server that is asked, `host` or `host:port` (53, with TLS 853); without it the first "
             "one of the system.");
  f.optional("transport", &dns_request::transport, "How it is asked.");
  f.optional("server_name", &dns_request::server_name,
             "Name that the certificate must have; without it the server's host.");
  f.optional("recursion", &dns_request::recursion, "Ask the server to find the answer itself.");
  f.optional("udp_size", &dns_request::udp_size,
             "Largest answer that is taken over UDP (EDNS); 0: 512 bytes, without EDNS.");
  f.check(check_request);
}

void dns_request::collect(text_list& into) const {
  into.push_back(&name);
  if (server) into.push_back(&*server);
}

void srv_expectation::describe(core::fields<srv_expectation>& f) {
  f.required("target", &srv_expectation::target, "Host of the target; case does not matter.");
  f.optional("port", &srv_expectation::port, "Its port.");
  f.optional("priority", &srv_expectation::priority, "Its priority.");
  f.optional("weight", &srv_expectation::weight, "Its weight.");
}

void dns_expectation::describe(core::fields<dns_expectation>& f) {
  f.optional("rcode", &dns_expectation::rcode, "Response codes that are right.");
  f.optional("authoritative", &dns_expectation::authoritative,
             "Whether the server must, or must not, answer for its own zone.");
  f.optional("answers", &dns_expectation::answers, "What the answers must be.");
  f.optional("authority", &dns_expectation::authority, "What the authority section must be.");
  f.optional("additional", &dns_expectation::additional, "What the additional section must be.");
  f.optional("srv", &dns_expectation::srv, "Targets that must be among the answers.");
  f.check(check_expectation);
}

void dns_expectation::collect(text_list& into) const {
  for (const auto& one : srv) into.push_back(&one.target);
}

}  // namespace probe
