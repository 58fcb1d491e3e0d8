#include "probe/verdict/verdict.hpp"

#include <algorithm>
#include <string_view>

namespace probe {
namespace {

using where = place_of_failure;

/// Answered by one of our sidecars, or by something behind it.
bool came_through_sidecar(const failure_facts& f) noexcept {
  return f.timing.from_sidecar() || (f.proxy && f.proxy->from_sidecar());
}

/// A silent server may be any of those behind the connection; one that hangs up, or speaks no HTTP,
/// is the nearest.
where without_a_head(const failure_facts& f) noexcept {
  if (f.why != failure_reason::timed_out) return where::edge;
  return f.speaker == where::dns ? where::dns : where::unknown;
}

where before_the_end(const failure_facts& f) noexcept {
  switch (*f.broke_in) {
    case phase::resolve: return where::dns;
    // A refusal or a reset comes from the host itself: it is there, and nobody wants us.
    case phase::connect:
      return f.why == failure_reason::refused || f.why == failure_reason::reset ? where::edge
                                                                                : where::network;
    case phase::tls: return where::tls;
    case phase::send:
    case phase::wait: return without_a_head(f);
    case phase::receive:
      if (f.status == 0) return without_a_head(f);
      return came_through_sidecar(f) ? where::app : where::unknown;
  }
  return where::unknown;
}

/// Proxy error types (RFC 9209, 2.3) with which a sidecar speaks of itself and its client; with all
/// others it speaks of the application beside it.
bool is_own_error(std::string_view error) noexcept {
  constexpr std::array own{"proxy_internal_error",      "proxy_internal_response",
                           "proxy_configuration_error", "proxy_loop_detected",
                           "http_request_error",        "http_request_denied",
                           "http_upgrade_failed"};
  return std::find(own.begin(), own.end(), error) != own.end();
}

/// A call of the application's that is described as failed; or, without a description, a status
/// with which it says itself that somebody behind it failed.
bool blames_dependency(const failure_facts& f) noexcept {
  if (f.status < 500) return false;
  if (f.timing.failed_dependency()) return true;
  return (f.status == 502 || f.status == 504) && f.timing.slowest_dependency();
}

where wrong_answer(const failure_facts& f) noexcept {
  if (f.speaker) return *f.speaker;
  const bool told = f.proxy && !f.proxy->error.empty();
  if (told && f.proxy->from_sidecar())
    return is_own_error(f.proxy->error) ? where::sidecar : where::app;
  // A proxy that tells of an error, and whose answer passed the sidecar, stands behind that.
  if (f.timing.from_sidecar()) return blames_dependency(f) ? where::dependency : where::app;
  return told || f.known_to_sidecar ? where::edge : where::unknown;
}

core::duration of(const failure_facts& f, phase p) noexcept {
  return f.phases[p].value_or(core::duration{});
}

/// Whose share of a late answer is the largest.
where slowest_part(const failure_facts& f) noexcept {
  struct share {
    where who;
    core::duration took;
  };
  const auto took = [&](std::string_view name) {
    const server_time* entry = f.timing.find(name);
    return entry ? entry->took.value_or(core::duration{}) : core::duration{};
  };
  const server_time* call = f.timing.slowest_dependency();
  const core::duration calls = call ? call->took.value_or(core::duration{}) : core::duration{};
  const core::duration proxy = took("proxy"), app = took("app");
  const core::duration outside = of(f, phase::wait) - proxy - app;
  const bool inside_known = f.timing.from_sidecar();
  const std::array shares{
      share{where::dns, of(f, phase::resolve)},
      share{where::tls, of(f, phase::tls)},
      share{where::network,
            of(f, phase::connect) + of(f, phase::send) +
                (inside_known ? outside + of(f, phase::receive) : core::duration{})},
      share{where::sidecar, proxy},
      share{where::app, app - calls},
      share{where::dependency, calls},
      share{f.speaker.value_or(where::unknown),
            inside_known ? core::duration{} : of(f, phase::wait) + of(f, phase::receive)},
  };
  return std::max_element(shares.begin(), shares.end(),
                          [](const share& a, const share& b) { return a.took < b.took; })
      ->who;
}

/// Waiting and receiving are shared by everybody behind the connection; the other phases are not.
where late_phase(const failure_facts& f) noexcept {
  switch (*f.late) {
    case phase::resolve: return where::dns;
    case phase::connect:
    case phase::send: return where::network;
    case phase::tls: return where::tls;
    case phase::wait:
    case phase::receive: break;
  }
  failure_facts part = f;
  part.phases = {};
  part.phases[phase::wait] = f.phases[phase::wait];
  part.phases[phase::receive] = f.phases[phase::receive];
  return slowest_part(part);
}

}  // namespace

const char* to_label(place_of_failure where) noexcept {
  constexpr std::array<const char*, place_count> labels{
      "client", "dns", "network", "tls", "edge", "sidecar", "app", "dependency", "unknown"};
  return labels[static_cast<std::size_t>(where)];
}

const char* to_label(failure_reason why) noexcept {
  constexpr std::array labels{"timed_out",      "closed",    "refused",       "unreachable",
                              "name_not_found", "reset",     "tls_handshake", "tls_certificate",
                              "malformed",      "too_large", "cancelled",     "exhausted",
                              "status",         "header",    "json",          "body",
                              "latency",        "condition", "extraction",    "rcode",
                              "records",        "reply",     "sql",           "rows",
                              "duplicated",     "request",   "redirects",     "certificate",
                              "size",           "version",   "dialog"};
  static_assert(labels.size() == static_cast<std::size_t>(failure_reason::dialog) + 1);
  return labels[static_cast<std::size_t>(why)];
}

failure_reason reason_of(core::errc error) noexcept {
  switch (error) {
    case core::errc::timed_out: return failure_reason::timed_out;
    case core::errc::closed: return failure_reason::closed;
    case core::errc::refused: return failure_reason::refused;
    case core::errc::unreachable: return failure_reason::unreachable;
    case core::errc::name_not_found: return failure_reason::name_not_found;
    case core::errc::reset: return failure_reason::reset;
    case core::errc::tls_handshake: return failure_reason::tls_handshake;
    case core::errc::tls_certificate: return failure_reason::tls_certificate;
    case core::errc::malformed: return failure_reason::malformed;
    case core::errc::too_large: return failure_reason::too_large;
    case core::errc::cancelled: return failure_reason::cancelled;
    case core::errc::exhausted: return failure_reason::exhausted;
  }
  return failure_reason::unreachable;
}

verdict judge(const failure_facts& f) noexcept {
  switch (f.why) {
    case failure_reason::request:
    case failure_reason::exhausted:
    case failure_reason::cancelled: return {where::client, f.why};
    case failure_reason::latency: return {f.late ? late_phase(f) : slowest_part(f), f.why};
    case failure_reason::certificate: return {where::tls, f.why};
    default: return {f.broke_in ? before_the_end(f) : wrong_answer(f), f.why};
  }
}

}  // namespace probe
