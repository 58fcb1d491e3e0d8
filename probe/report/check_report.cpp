#include "probe/report/check_report.hpp"

#include <fmt/format.h>

#include "probe/checks/check.hpp"
#include "probe/engine/step_record.hpp"
#include "probe/report/json_object.hpp"
#include "probe/report/time_text.hpp"

namespace probe {
namespace {

/// `2026-11-21`, of a time in Unix seconds.
std::string day(std::int64_t unix_seconds) {
  return rfc3339(static_cast<std::uint64_t>(unix_seconds) * 1'000'000'000).substr(0, 10);
}

std::string milliseconds(core::duration d) {
  return fmt::format("{:.3f} ms", core::seconds(d) * 1e3);
}

/// Aligned lines of a name and a value.
class text_table {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) out_ += fmt::format("  {:<12} {}\n", name, value);
  }
  void time(std::string_view name, core::duration d) {
    out_ += fmt::format("  {:<12} {:>12}\n", name, milliseconds(d));
  }
  void gap() { out_ += '\n'; }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

void add_phases(text_table& out, const step_result& step, const check_result& last) {
  for (std::size_t i = 0; i < phase_count; ++i) {
    const auto p = static_cast<phase>(i);
    if (const auto& took = step.phases[p])
      out.time(to_label(p), *took);
    else if (last.broke_in == p)
      out.add(to_label(p), fmt::format("{:>12}", "broke"));
  }
  out.time("total", step.took());
}

void add_tls(text_table& out, const core::tls_facts& tls, std::int64_t now) {
  if (!tls.version.empty())
    out.add("tls", tls.version + ", " + tls.cipher + (tls.alpn.empty() ? "" : ", " + tls.alpn) +
                       (tls.verified ? ", verified" : ", not verified"));
  if (!tls.error.empty()) out.add("handshake", tls.error);
  if (const auto* leaf = tls.leaf()) {
    out.add("certificate", leaf->subject);
    out.add("issuer", leaf->issuer);
    out.add("names", joined(leaf->names));
    out.add("fingerprint", leaf->fingerprint);
    out.add("valid", day(leaf->not_before) + " to " + day(leaf->not_after) +
                         fmt::format(" ({} days left)", (leaf->not_after - now) / 86400));
  }
  if (tls.presented.size() > 1)
    out.add("expires", day(tls.earliest_expiry()) + ", the first of " +
                           std::to_string(tls.presented.size()) + " certificates");
}

void add_facts(text_table& out, const step_result& step, const check_result& last) {
  out.add("address", step.peer);
  for (const auto& one : last.addresses)
    out.add("", one.address + (one.right ? "  passed  " : "  FAILED  ") + milliseconds(one.took));
  if (step.status > 0) out.add("status", std::to_string(step.status));
  if (last.redirects > 0) out.add("redirects", std::to_string(last.redirects) + ", to " + step.url);
  if (last.answer.raw_size > 0)
    out.add("body", fmt::format("{} bytes", last.answer.raw_size) +
                        (last.answer.size == last.answer.raw_size
                             ? ""
                             : fmt::format(", {} decoded", last.answer.size)));
  if (last.answer.tls) add_tls(out, *last.answer.tls, last.answer.unix_time);
  std::string timing;
  for (const auto& entry : step.timing.entries())
    if (entry.took)
      timing += (timing.empty() ? "" : ", ") + entry.name + " " + milliseconds(*entry.took);
  out.add("server", timing);
}

std::string certificate_json(const core::certificate_facts& c) {
  json_object out;
  out.add("subject", c.subject).add("issuer", c.issuer).add("serial", c.serial);
  out.add("fingerprint", c.fingerprint);
  out.raw("names", json_list(c.names, [](const auto& n) { return core::json_string(n); }));
  out.raw("not_before", std::to_string(c.not_before)).raw("not_after", std::to_string(c.not_after));
  return out.done();
}

std::string tls_json(const core::tls_facts& tls) {
  json_object out;
  out.add("version", tls.version).add("cipher", tls.cipher).add("alpn", tls.alpn);
  out.raw("verified", tls.verified ? "true" : "false");
  if (!tls.error.empty()) out.add("error", tls.error);
  out.raw("presented", json_list(tls.presented, certificate_json));
  out.raw("chain", json_list(tls.chain, certificate_json));
  return out.done();
}

std::string address_json(const address_outcome& one) {
  json_object out;
  out.add("address", one.address).add("outcome", one.right ? "passed" : "failed");
  out.add("duration_seconds", one.took);
  return out.done();
}

/// The record of the step; without one, nothing is known of its last attempt.
const check_result& last_of(const step_result& step) {
  static const check_result nothing;
  return step.record ? step.record->last : nothing;
}

}  // namespace

std::string check_text(const run_result& result, std::string_view target) {
  const auto& step = result.steps.front();
  const auto& last = last_of(step);
  const auto& kind = result.scenario->at(step.index).name;
  text_table table;
  add_phases(table, step, last);
  table.gap();
  add_facts(table, step, last);
  std::string out = kind + " " + std::string(target) + ": ";
  if (step.failure)
    out += fmt::format("FAILED, {} {}\n  {}\n\n", to_label(step.failure->where),
                       to_label(step.failure->why), step.detail);
  else
    out += "passed\n\n";
  return out + std::move(table).take();
}

std::string check_json(const run_result& result, std::string_view target) {
  const auto& step = result.steps.front();
  const auto& last = last_of(step);
  json_object phases, server;
  for (std::size_t i = 0; i < phase_count; ++i)
    if (const auto& took = step.phases[static_cast<phase>(i)])
      phases.add(to_label(static_cast<phase>(i)), *took);
  for (const auto& entry : step.timing.entries())
    if (entry.took) server.add(entry.name, *entry.took);
  json_object out;
  out.add("kind", result.scenario->at(step.index).name).add("target", target);
  out.add("outcome", to_label(step.outcome));
  if (step.failure)
    out.add("where", to_label(step.failure->where))
        .add("why", to_label(step.failure->why))
        .add("detail", step.detail);
  out.add("peer", step.peer).add("duration_seconds", step.took()).raw("phases", phases.done());
  if (step.status > 0)
    out.raw("status", std::to_string(step.status))
        .add("method", step.method)
        .add("url", step.url)
        .raw("redirects", std::to_string(last.redirects));
  out.raw("body_bytes", std::to_string(last.answer.raw_size));
  if (!step.timing.empty()) out.raw("server_timing", server.done());
  if (!last.addresses.empty()) out.raw("addresses", json_list(last.addresses, address_json));
  if (last.answer.tls) out.raw("tls", tls_json(*last.answer.tls));
  return out.done();
}

}  // namespace probe
