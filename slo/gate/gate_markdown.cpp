#include "core/markdown_text.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/gate/reports.hpp"
#include "slo/gate/words.hpp"

namespace slo {

namespace {

using core::markdown_code;
using core::markdown_text;

constexpr std::size_t most_bytes = 60'000;  // a comment may have 65,536 characters
constexpr const char* cut = "\n_The rest does not fit into a comment._\n";

const char* mark(outcome o) {
  switch (o) {
    case outcome::pass: return "✅";
    case outcome::fail: return "❌";
    case outcome::inconclusive: break;
  }
  return "⚠️";
}

std::string failure_row(const gate_line& line, const failure_kind& f) {
  std::string traces;
  for (const auto& t : f.traces) traces += (traces.empty() ? "" : " ") + markdown_code(t);
  return "| " + markdown_code(line.what.id) + " | " + markdown_text(f.what) + " | " +
         (f.count > 0 ? std::to_string(f.count) : "") + " | " + markdown_text(f.detail) + " | " +
         traces + " |\n";
}

std::string head(const gate_result& r) {
  std::string out = std::string("### ") + mark(r.overall) +
                    " Release gate: " + to_label(r.overall) + "\n\n" +
                    markdown_text(summary_of(r), 2000) + "\n\n";
  if (r.freeze) out += "Freeze rule: " + markdown_text(freeze_text(*r.freeze), 2000) + "\n\n";
  return out + format_time(r.from) + " to " + format_time(r.to) + " · " + to_label(r.rules.method) +
         " · " + confidence_text(r.rules) + " confidence\n\n";
}

}  // namespace

std::string gate_markdown_table(const gate_result& r) {
  std::string out = "| objective | verdict | events | bad | |\n|:--|:--|--:|--:|:--|\n";
  for (const auto& line : r.lines) {
    const bool counted = line.by != judged_by::members;
    const auto& counts = line.seen.counts;
    out += "| " + markdown_code(line.what.id) + " | **" + to_label(line.decision) + "** | " +
           (counted ? std::to_string(counts.events) : "") + " | " +
           (counted ? std::to_string(counts.bad) : "") + " | " + markdown_text(line.reason) +
           " |\n";
  }
  return out;
}

std::string gate_markdown(const gate_result& r) {
  std::string out = head(r);
  bool whole = true;
  const auto add = [&](const std::string& part) {
    if (out.size() + part.size() > most_bytes) whole = false;
    if (whole) out += part;
  };
  add(gate_markdown_table(r));
  bool failed = false;
  for (const auto& line : r.lines) failed = failed || !line.failures.empty();
  if (failed)
    add("\n#### Failures\n\n| objective | what | count | detail | traces |\n"
        "|:--|:--|--:|:--|:--|\n");
  for (const auto& line : r.lines)
    for (const auto& f : line.failures) add(failure_row(line, f));
  add("\n" + markdown_text(independence) + "\n");
  return out + (whole ? "" : cut);
}

}  // namespace slo
