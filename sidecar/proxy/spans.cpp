#include "sidecar/proxy/spans.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

using core::span_attribute;

void add(core::span& s, const char* key, std::string_view value) {
  s.attributes.push_back({key, std::string(value)});
}
void add(core::span& s, const char* key, std::int64_t value) {
  s.attributes.push_back({key, value});
}

void add_status(core::span& s, const exchange_record& record, core::span_kind kind) {
  add(s, "http.response.status_code", static_cast<std::int64_t>(record.status));
  const char* why = to_proxy_error(record.why);
  const int error_from = kind == core::span_kind::client ? 400 : 500;
  s.error = *why != '\0' || record.status >= error_from;
  if (s.error) add(s, "error.type", *why ? std::string(why) : std::to_string(record.status));
}

void add_request(core::span& s, const exchange_record& record) {
  const auto& route = record.listener->routes[static_cast<std::size_t>(record.route)];
  const bool known_method = record.method != other_method;
  const std::string method(known_method ? method_label(record.method) : "HTTP");
  const bool routed = &route != &record.listener->routes.back();
  s.name = routed ? method + " " + route.label : method;
  add(s, "http.request.method", method_label(record.method));
  if (!record.request) return;
  if (!known_method) add(s, "http.request.method_original", record.request->method);
  if (routed) add(s, "http.route", route.label);
  add(s, "url.path", record.path);
  add(s, "url.scheme", record.listener->tls ? "https" : "http");
  add(s, "network.protocol.version", record.request->legacy ? "1.0" : "1.1");
  if (auto host = record.request->fields.find("host"))
    add(s, "server.address", host->substr(0, host->rfind(':')));
  if (auto agent = record.request->fields.find("user-agent")) add(s, "user_agent.original", *agent);
}

}  // namespace

core::span make_span(const exchange_record& record, core::span_kind kind,
                     const core::wall_clock& wall) {
  core::span s;
  s.context = record.context;
  s.parent = record.caller.span;
  s.kind = kind;
  s.start = wall.unix_nanos(record.received);
  s.end = wall.unix_nanos(record.finished);
  s.observed = record.observed;
  s.attributes.reserve(12);
  add_request(s, record);
  add_status(s, record, kind);
  if (record.synthetic) add(s, "user_agent.synthetic.type", "test");
  if (kind == core::span_kind::client)
    add(s, "network.peer.address", record.listener->upstream.where.host);
  return s;
}

}  // namespace sidecar
