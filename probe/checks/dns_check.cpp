#include "probe/checks/dns_check.hpp"

#include "core/dns_exchange.hpp"
#include "core/worker.hpp"
#include "probe/checks/server_address.hpp"

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

/// The question with its references replaced; nullopt when it cannot be asked, and `why` says so.
std::optional<core::dns_query> build_query(const check_context& c, std::string& why) {
  const dns_request& from = *c.step.dns;
  core::dns_query out;
  std::string missing;
  const auto name = from.name.render(c.values.plain(), missing);
  const auto server =
      from.server ? from.server->render(c.values.plain(), missing) : std::optional(std::string());
  if (!name || !server) {
    why = missing + " has no value";
    return std::nullopt;
  }
  out.name = *name;
  out.type = *core::dns_type_of(from.type);
  out.cls = *core::dns_class_of(from.cls);
  out.recursion = from.recursion;
  out.udp_size = from.udp_size;
  out.tcp = from.transport != dns_transport::udp;
  const bool tls = from.transport == dns_transport::tls;
  if (tls) out.tls = c.setup.tls.for_server({*server, 853});
  out.server_name = from.server_name.value_or("");
  if (!from.server) return out;
  const auto address = server_address(*server, tls ? 853 : 53);
  if (!address) {
    why = "\"" + *server + "\" is no server, such as 10.0.0.10 or 10.0.0.10:53";
    return std::nullopt;
  }
  out.server = *address;
  if (!c.pinned) return out;
  if (const auto fixed = c.pinned->find(address->host); fixed != c.pinned->end()) {
    if (out.server_name.empty()) out.server_name = address->host;
    out.server.host = fixed->second;
  }
  return out;
}

void cannot(check_result& out, std::string why) {
  out.broken = failure_reason::request;
  out.detail = std::move(why);
}

}  // namespace

core::task<check_result> check_dns(check_context& c) {
  check_result out;
  out.method = "QUERY";
  out.speaker = place_of_failure::dns;
  std::string why;
  const auto query = build_query(c, why);
  if (!query) {
    cannot(out, std::move(why));
    co_return out;
  }
  out.url = "dns:" + query->name + "?type=" + core::dns_type_name(query->type);
  out.sent_body =
      query->name + ' ' + core::dns_class_name(query->cls) + ' ' + core::dns_type_name(query->type);
  const bool tls = query->tls != nullptr;
  core::dns_query asked = *query;
  const auto got = co_await core::dns_exchange(c.worker, std::move(asked), c.until);
  out.peer = got.peer;
  if (got.no_question) {
    cannot(out, "\"" + query->name + "\" is no name that can be asked for");
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
