#include "probe/checks/dns_check.hpp"

#include "core/dns_exchange.hpp"
#include "core/worker.hpp"
#include "probe/checks/connection.hpp"

namespace probe {
namespace {

using core::instant;

bool reached(instant t) noexcept {
  return t != instant{};
}

/// The phase an exchange came to, and the times of those before.
phase read_times(const core::dns_times& t, bool tcp, bool tls, phase_times& into) {
  if (!reached(t.resolved)) return phase::resolve;
  into[phase::resolve] = t.resolved - t.start;
  if (tcp) {
    if (!reached(t.connected)) return phase::connect;
    into[phase::connect] = t.connected - t.resolved;
    if (tls && !reached(t.secured)) return phase::tls;
    if (tls) into[phase::tls] = t.secured - t.connected;
  }
  if (!reached(t.sent)) return phase::send;
  into[phase::send] = t.sent - t.secured;
  if (!reached(t.first_byte)) return phase::wait;
  into[phase::wait] = t.first_byte - t.sent;
  if (reached(t.done)) into[phase::receive] = t.done - t.first_byte;
  return phase::receive;
}

/// The question with its references replaced; nullopt when it cannot be asked, as `out` says.
std::optional<core::dns_query> build_query(const check_context& c, check_result& out) {
  const dns_request& from = *c.step.dns;
  core::dns_query query;
  std::string missing;
  const auto name = from.name.render(c.values.plain(), missing);
  if (!name) {
    refuse(out, "name: " + missing + " has no value");
    return std::nullopt;
  }
  query.name = *name;
  query.type = *core::dns_type_of(from.type);
  query.cls = *core::dns_class_of(from.cls);
  query.recursion = from.recursion;
  query.udp_size = from.udp_size;
  query.tcp = from.transport != dns_transport::udp;
  query.server_name = from.server_name.value_or("");
  if (!from.server) return query;
  const bool tls = from.transport == dns_transport::tls;
  if (!read_address(*from.server, c, tls ? 853 : 53, query.server, out)) return std::nullopt;
  if (tls) query.tls = c.setup.tls.for_server(query.server);
  if (const auto fixed = fixed_for(c, query.server.host)) {
    if (query.server_name.empty()) query.server_name = query.server.host;
    query.server.host = fixed->to_string();
  }
  return query;
}

}  // namespace

core::task<check_result> check_dns(check_context& c) {
  check_result out;
  out.method = "QUERY";
  out.speaker = place_of_failure::dns;
  const auto query = build_query(c, out);
  if (!query) co_return out;
  out.url = "dns:" + query->name + "?type=" + core::dns_type_name(query->type);
  out.sent_body =
      query->name + ' ' + core::dns_class_name(query->cls) + ' ' + core::dns_type_name(query->type);
  const bool tls = query->tls != nullptr;
  core::dns_query asked = *query;
  const auto got = co_await core::dns_exchange(c.worker, std::move(asked), c.until);
  note_peer(got.peer, query->server.host, out);
  if (got.no_question) {
    refuse(out, "\"" + query->name + "\" is no name that can be asked for");
    co_return out;
  }
  const phase at = read_times(got.times, query->tcp, tls, out.phases);
  if (got.answer) {
    out.answer.kind = answer_kind::dns;
    out.answer.body = dns_json(*got.answer);
    out.answer.took = got.times.done - got.times.start;
    co_return out;
  }
  const auto error = core::classify(got.error);
  out.broken = reason_of(error);
  out.broke_in = at;
  out.detail = std::string(to_label(at)) + ": " + core::to_label(error);
  co_return out;
}

}  // namespace probe
