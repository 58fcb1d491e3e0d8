#include "sidecar/proxy/server_timing.hpp"

#include <fmt/format.h>

#include "core/trim.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

double milliseconds(core::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

std::string key_of(const core::trace_id& trace) {
  return {reinterpret_cast<const char*>(trace.bytes.data()), trace.bytes.size()};
}

/// Appends the application's own metrics under `dep-` names: `db;dur=3` becomes `dep-db;dur=3`.
void append_reported(std::string& out, std::string_view reported) {
  while (!reported.empty()) {
    const auto metric = core::trim(reported.substr(0, reported.find(',')));
    reported.remove_prefix(std::min(reported.size(), reported.find(',') == std::string_view::npos
                                                         ? reported.size()
                                                         : reported.find(',') + 1));
    if (!metric.empty()) out.append(metric.starts_with("dep-") ? ", " : ", dep-").append(metric);
  }
}

}  // namespace

void dependency_calls::open(const core::trace_id& trace) {
  const std::lock_guard lock(mutex_);
  calls_.try_emplace(key_of(trace));
}

void dependency_calls::add(const core::trace_id& trace, dependency_call call) {
  constexpr std::size_t most = 16;
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(key_of(trace));
  if (found != calls_.end() && found->second.size() < most)
    found->second.push_back(std::move(call));
}

std::vector<dependency_call> dependency_calls::close(const core::trace_id& trace) {
  const std::lock_guard lock(mutex_);
  auto taken = calls_.extract(key_of(trace));
  return taken.empty() ? std::vector<dependency_call>() : std::move(taken.mapped());
}

std::string render_server_timing(const exchange_record& record, core::instant now,
                                 const std::vector<dependency_call>& calls) {
  // A drill's delay is shown as the application's: that is what it stands for.
  auto app = record.fault.delayed;
  if (record.from_upstream()) app += record.answered - record.forwarded;
  std::string out = fmt::format("proxy;dur={:.3f}", milliseconds(now - record.received - app));
  if (app > core::duration{}) out += fmt::format(", app;dur={:.3f}", milliseconds(app));
  for (const auto& call : calls) {
    out += fmt::format(", dep-{};dur={:.3f}", call.name, milliseconds(call.took));
    if (!call.why.empty()) out += fmt::format(";desc=\"{}\"", call.why);
  }
  append_reported(out, record.app_timing);
  return out;
}

std::optional<reply> server_timing::before(exchange_record& record) {
  if (record.verified_here) calls_->open(record.context.trace);
  return std::nullopt;
}

void server_timing::answering(exchange_record& record) {
  if (!record.verified_here) return;
  const auto now = record.from_upstream() ? record.answered : core::now();
  const auto calls = calls_->close(record.context.trace);
  record.to_client += "Server-Timing: " + render_server_timing(record, now, calls) + "\r\n";
  if (record.why != failure::none)
    record.to_client +=
        fmt::format("Proxy-Status: remora-{}; error={}\r\n", service_, to_proxy_error(record.why));
}

void server_timing::after(exchange_record& record) {
  if (record.verified_here) calls_->close(record.context.trace);
}

void dependency_time::answering(exchange_record& record) {
  const auto now = record.from_upstream() ? record.answered : core::now();
  std::string why = to_proxy_error(record.why);
  if (why.empty() && record.status >= 500) why = "status_" + std::to_string(record.status);
  calls_->add(record.context.trace, {record.listener->name, now - record.received, std::move(why)});
}

}  // namespace sidecar
