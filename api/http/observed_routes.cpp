#include "api/http/observed_routes.hpp"

#include <chrono>

namespace api {
namespace {

std::string incoming_tracestate(const core::server_request& request) {
  core::trace_state state;
  for (const auto& field : request.head.fields.all())
    if (core::iequals(field.name, "tracestate")) state.append_line(field.value);
  return state.to_string();
}

// What fails at the end of its time must leave some to say so: at the request's own deadline the
// connection is closed.
core::deadline until_answering(core::deadline request) noexcept {
  constexpr core::duration reserve = std::chrono::milliseconds(200);
  return request.at == core::instant::max() ? request : core::deadline{request.at - reserve};
}

void append_timing(std::string& out, const char* name, core::duration spent) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(spent).count();
  const std::string fraction = std::to_string(micros % 1000);
  if (!out.empty()) out.append(", ");
  out.append(name).append(";dur=").append(std::to_string(micros / 1000));
  out.append(".").append(3 - fraction.size(), '0').append(fraction);
}

}  // namespace

std::string server_timing(const time_spent& spent) {
  std::string out;
  const auto add = [&](const char* name, const time_spent::share& s) {
    if (!s.asked) return;
    append_timing(out, name, s.time);
    if (*s.failed) out.append(";desc=").append(s.failed);
  };
  add("db", spent.of(dependency::database));
  add("cache", spent.of(dependency::cache));
  add("queue", spent.of(dependency::queue));
  return out;
}

core::span_context incoming_context(const core::server_request& request) noexcept {
  if (request.head.fields.count("traceparent") != 1) return {};
  return core::parse_traceparent(*request.header("traceparent")).value_or(core::span_context());
}

core::task<core::server_response> observed_routes::handle(const core::server_request& request) {
  route_match matched = routes_.match(request.method, request.path);
  const core::span_context parent = incoming_context(request);
  const std::string route = matched.path_template;
  active_span span = tracer_.start(parent, core::span_kind::internal,
                                   // Never what a stranger made up: names of spans are few.
                                   matched.found ? matched.found->method + " " + route : "HTTP");
  const bool known = matched.found != nullptr;
  time_spent spent;
  call_context call{until_answering(request.until), span.context(), {}, &spent};
  if (parent) call.tracestate = incoming_tracestate(request);

  auto response = co_await router::answer(std::move(matched), request, std::move(call));

  if (span.recorded()) {
    span.set("http.request.method", known ? request.method : "_OTHER");
    if (!route.empty()) span.set("http.route", route);
    span.set("http.response.status_code", static_cast<std::int64_t>(response.status));
    if (response.status >= 500) span.fail(std::to_string(response.status));
  }
  if (auto timing = server_timing(spent); !timing.empty())
    response.headers.emplace_back("Server-Timing", std::move(timing));
  co_return response;
}

}  // namespace api
