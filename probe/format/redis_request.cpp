#include "probe/format/redis_request.hpp"

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

void check_request(const redis_request& q, const node& from, reading& r) {
  if (q.command.empty()) r.found.add(place_of(from, "command"), "no command", "such as [PING]");
  if (q.user && !q.password)
    r.found.add(place_of(from, "user"), "user without password", "both, or password alone");
  if (q.server_name && !q.tls)
    r.found.add(place_of(from, "server_name"), "server_name without TLS", "tls: true");
}

void check_expectation(const redis_expectation& e, const node& from, reading& r) {
  if (!e.type && !e.equals && !e.matches && !e.at_least && !e.at_most)
    r.found.add(from.at, "nothing is expected of the reply",
                "type, equals, matches, at_least or at_most");
  if (e.at_least && e.at_most && *e.at_least > *e.at_most)
    r.found.add(place_of(from, "at_least"), "at_least is more than at_most", "at most at_most");
  if (e.type == reply_type::nil && (e.equals || e.matches || e.at_least || e.at_most))
    r.found.add(place_of(from, "type"), "nil is expected to be something", "type: nil alone");
}

}  // namespace

void redis_request::describe(core::fields<redis_request>& f) {
  f.required("address", &redis_request::address, "The server, `host` or `host:port` (6379).");
  f.optional("tls", &redis_request::tls, "Speak TLS, and verify the server.");
  f.optional("server_name", &redis_request::server_name,
             "Name that the certificate must have; without it the host of address.");
  f.optional("user", &redis_request::user, "User to authenticate as (ACL); without it `default`.");
  f.optional("password", &redis_request::password, "Password, as ${secret.NAME}.");
  f.optional("db", &redis_request::db, "Database to select.")
      .range<std::int64_t, std::int64_t>(0, 65'535);
  f.optional("command", &redis_request::command, "The words of the command: [GET, \"key:${id}\"].");
  f.check(check_request);
}

void redis_request::collect(text_list& into) const {
  into.push_back(&address);
  if (user) into.push_back(&*user);
  if (password) into.push_back(&*password);
  for (const auto& word : command) into.push_back(&word);
}

void redis_expectation::describe(core::fields<redis_expectation>& f) {
  f.optional("type", &redis_expectation::type, "The type of the reply.");
  f.optional("equals", &redis_expectation::equals, "The exact text, or number, of the reply.");
  f.optional("matches", &redis_expectation::matches,
             "A regular expression found in the text of the reply.");
  f.optional("at_least", &redis_expectation::at_least,
             "Smallest number that is right: the reply itself, or the size of an array.");
  f.optional("at_most", &redis_expectation::at_most, "Largest number that is right.");
  f.check(check_expectation);
}

void redis_expectation::collect(text_list& into) const {
  if (equals) into.push_back(&*equals);
}

}  // namespace probe
