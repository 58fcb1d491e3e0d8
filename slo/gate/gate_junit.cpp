#include "slo/commands/time_text.hpp"
#include "slo/gate/reports.hpp"
#include "slo/gate/words.hpp"

namespace slo {

namespace {

std::string failures_text(const gate_line& line) {
  std::string out;
  for (const auto& f : line.failures) {
    out += f.what + (f.count > 0 ? ", " + std::to_string(f.count) + " times" : "") +
           (f.detail.empty() ? "" : ": " + f.detail) + "\n";
    for (const auto& t : f.traces) out += "trace_id: " + t + "\n";
  }
  return out;
}

void add_freeze(core::junit_suite& to, const gate_result& r) {
  constexpr const char* name = "error budgets";
  const auto& f = *r.freeze;
  const auto text = freeze_text(f);
  if (f.override_reason || (!f.spent() && !f.unknown())) {
    to.passed(name);
  } else if (f.spent()) {
    to.failed(name, 0, {"frozen", text, ""});
  } else {
    to.undecided(name, {"inconclusive", text, ""});
  }
}

}  // namespace

core::junit_suite gate_suite(const gate_result& r) {
  core::junit_suite out("objectives");
  for (const auto& line : r.lines) {
    const auto text = failures_text(line);
    switch (line.decision) {
      case outcome::pass: out.passed(line.what.id); break;
      case outcome::fail: out.failed(line.what.id, 0, {"violated", line.reason, text}); break;
      case outcome::inconclusive:
        out.undecided(line.what.id, {"inconclusive", line.reason, text});
        break;
    }
  }
  if (r.freeze) add_freeze(out, r);
  // Once more, since an overridden freeze is a passed case and must be seen all the same.
  const bool overridden = r.freeze && r.freeze->override_reason;
  out.say(summary_of(r) + (overridden ? "\nfreeze rule: " + freeze_text(*r.freeze) : ""));
  return out;
}

std::string gate_junit(const gate_result& r, const std::string& host) {
  core::junit_facts facts{"remora-slo", host, format_time(r.to).substr(0, 19), {}};
  facts.properties = {{"remora.verdict", to_label(r.overall)},
                      {"remora.method", to_label(r.rules.method)},
                      {"remora.confidence", confidence_text(r.rules)}};
  if (r.freeze && r.freeze->override_reason)
    facts.properties.emplace_back("remora.override", *r.freeze->override_reason);
  return core::junit_xml({gate_suite(r)}, facts);
}

}  // namespace slo
