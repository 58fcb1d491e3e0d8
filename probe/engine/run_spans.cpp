#include "probe/engine/run_spans.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace probe {
namespace {

/// Names of the phases' spans, as HTTP clients that record them use.
constexpr std::array<const char*, phase_count> phase_names{
    "DNS lookup", "TCP connect", "TLS handshake", "send request", "wait for response", "receive"};

/// Attributes in OpenTelemetry's words.
class attributes {
 public:
  explicit attributes(core::span& of) : into_(of.attributes) {}
  void add(const char* key, std::string value) {
    if (!value.empty()) into_.push_back({key, std::move(value)});
  }
  void add(const char* key, std::int64_t value) { into_.push_back({key, value}); }
  void add(const char* key, double value) { into_.push_back({key, value}); }

 private:
  std::vector<core::span_attribute>& into_;
};

/// `address:port` or `[address]:port`, as `step_result::peer`.
void add_peer(attributes& to, const std::string& peer) {
  const auto colon = peer.rfind(':');
  if (colon == std::string::npos) return to.add("network.peer.address", peer);
  auto address = peer.substr(0, colon);
  if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
  to.add("network.peer.address", std::move(address));
  to.add("network.peer.port", std::int64_t{std::atoi(peer.c_str() + colon + 1)});
}

/// `server.address` and `server.port` of a URL, the port as it is written there or usual.
void add_server(attributes& to, const std::string& url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return;
  auto host = url.substr(0, url.find_first_of("/?#", scheme_end + 3)).substr(scheme_end + 3);
  std::int64_t port = url.starts_with("https:") ? 443 : 80;
  if (const auto colon = host.rfind(':'); colon != std::string::npos && !host.ends_with(']')) {
    port = std::atoi(host.c_str() + colon + 1);
    host.resize(colon);
  }
  to.add("server.address", std::move(host));
  to.add("server.port", port);
}

/// By convention an unexpected status is its own type of error.
std::string error_type(const step_result& step) {
  return step.failure->why == failure_reason::status ? std::to_string(step.status)
                                                     : to_label(step.failure->why);
}

void add_failure(core::span& to, const step_result& step, std::string message) {
  to.error = true;
  to.error_message = std::move(message);
  attributes a(to);
  a.add("error.type", error_type(step));
  a.add("remora.probe.where", to_label(step.failure->where));
  a.add("remora.probe.why", to_label(step.failure->why));
}

core::span step_span(const step_result& step, const run_result& run, const core::wall_clock& wall) {
  core::span out;
  out.context = step.context;
  out.parent = run.context.span;
  out.kind = core::span_kind::client;
  out.observed = step.observed;
  const auto& name = run.scenario->at(step.index).name;
  out.name = step.method.empty() ? name : step.method + " " + name;
  out.start = wall.unix_nanos(step.start);
  out.end = wall.unix_nanos(step.end);
  attributes a(out);
  if (run.is_signed) a.add("user_agent.synthetic.type", "test");
  a.add("remora.probe.scenario", run.scenario->name);
  if (!run.scenario->about.name.empty()) a.add("remora.probe.target", run.scenario->about.name);
  a.add("remora.probe.step", name);
  a.add("remora.probe.attempts", std::int64_t{step.attempts});
  a.add("http.request.method", step.method);
  a.add("url.full", step.url);
  add_server(a, step.url);
  add_peer(a, step.peer);
  if (step.status > 0) a.add("http.response.status_code", std::int64_t{step.status});
  if (step.failure) add_failure(out, step, step.detail);
  return out;
}

core::span run_span(const run_result& run, const core::wall_clock& wall) {
  core::span out;
  out.context = run.context;
  out.kind = core::span_kind::internal;
  out.observed = run.observed;
  out.name = "probe " + run.scenario->name;
  out.start = wall.unix_nanos(run.start);
  out.end = wall.unix_nanos(run.steps.empty() ? run.end : std::max(run.end, run.steps.back().end));
  attributes a(out);
  if (run.is_signed) a.add("user_agent.synthetic.type", "test");
  a.add("remora.probe.scenario", run.scenario->name);
  if (!run.scenario->about.name.empty()) a.add("remora.probe.target", run.scenario->about.name);
  a.add("remora.probe.lag", core::seconds(run.lag()));
  if (const auto* failed = run.failure())
    add_failure(out, *failed, run.scenario->at(failed->index).name + ": " + failed->detail);
  return out;
}

/// Ids of phases: nobody else ever hears of them, so they need no randomness of their own, only to
/// differ from all others of the trace.
core::span_context phase_context(const core::span_context& step, std::size_t p) noexcept {
  auto out = step;
  out.span.bytes[7] = static_cast<std::uint8_t>(out.span.bytes[7] ^ (0x80 | p));
  out.span.bytes[6] = static_cast<std::uint8_t>(~out.span.bytes[6]);
  return out;
}

/// The spans of the phases of the last attempt, one behind the other; the one it broke in ends with
/// the step.
void accept_phases(const step_result& step, const core::wall_clock& wall, core::span_sink& sink) {
  auto at = step.attempt_start;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const auto which = static_cast<phase>(p);
    const auto& took = step.phases[which];
    const bool broke = step.failure && step.broke_in == which;
    if (!took && !broke) continue;
    core::span out;
    out.context = phase_context(step.context, p);
    out.parent = step.context.span;
    out.kind = core::span_kind::internal;
    out.name = phase_names[p];
    out.start = wall.unix_nanos(at);
    at = took ? at + *took : step.end;
    out.end = wall.unix_nanos(at);
    attributes(out).add("remora.probe.phase", to_label(which));
    if (broke) add_failure(out, step, step.detail);
    sink.accept(std::move(out));
    if (broke) return;
  }
}

}  // namespace

bool is_recorded(const run_result& result) noexcept {
  return result.context && (result.context.sampled() || !result.passed());
}

void record_spans(const run_result& result, const core::wall_clock& wall, core::span_sink& sink) {
  if (!is_recorded(result)) return;
  for (const auto& step : result.steps) {
    if (step.outcome == step_outcome::skipped) continue;
    accept_phases(step, wall, sink);
    sink.accept(step_span(step, result, wall));
  }
  sink.accept(run_span(result, wall));
}

}  // namespace probe
