#include "slo/commands/time_text.hpp"
#include "slo/gate/reports.hpp"
#include "slo/gate/words.hpp"
#include "slo/report/text_table.hpp"

namespace slo {

namespace {

constexpr std::size_t shown_traces = 3;

/// What a server said cannot steer the terminal.
std::string on_one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

std::string interval_text(const gate_line& line) {
  return bound_text(line, line.interval.low) + " to " + bound_text(line, line.interval.high);
}

void add_row(text_table& table, const gate_line& line, bool beside) {
  const auto ratio = line.seen.counts.error_ratio();
  const bool counted = line.by == judged_by::members || ratio;
  std::vector<std::string> cells{line.what.id, to_label(line.decision)};
  const auto number = [&](std::int64_t n) {
    cells.push_back(line.by == judged_by::members ? "-" : std::to_string(n));
  };
  number(line.seen.counts.events);
  number(line.seen.counts.bad);
  cells.push_back(ratio ? ratio_text(*ratio) : "-");
  if (beside) {
    const auto base = line.baseline ? line.baseline->counts.error_ratio() : std::nullopt;
    cells.push_back(base ? ratio_text(*base) + " of " + std::to_string(line.baseline->counts.events)
                         : "-");
  }
  cells.push_back(counted ? interval_text(line) : "-");
  cells.push_back(bound_text(line, line.allowed));
  table.row(std::move(cells));
}

std::string failures_text(const gate_line& line) {
  std::string out;
  for (const auto& f : line.failures) {
    out += "    " + (f.count > 0 ? std::to_string(f.count) + "x " : std::string()) +
           on_one_line(f.what) + (f.detail.empty() ? "" : ": " + on_one_line(f.detail)) + "\n";
    for (std::size_t i = 0; i < f.traces.size() && i < shown_traces; ++i)
      out += "      trace " + f.traces[i] + "\n";
  }
  return out;
}

/// `gate: fail (one, another)`: for whoever reads only this.
std::string last_line(const gate_result& r) {
  std::string why;
  if (r.overall != r.evidence_says) {
    why = "freeze rule";
  } else if (r.overall != outcome::pass) {
    for (const auto& line : r.lines)
      if (line.decision == r.overall) why += (why.empty() ? "" : ", ") + line.what.id;
  }
  return std::string("gate: ") + to_label(r.overall) + (why.empty() ? "" : " (" + why + ")") + "\n";
}

std::string table_text(const gate_result& r) {
  bool beside = false;
  for (const auto& line : r.lines) beside = beside || line.baseline;
  std::vector<std::string> header{"SLO", "verdict", "events", "bad", "error"};
  if (beside) header.push_back("baseline");
  header.push_back(beside ? "difference" : "interval");
  header.push_back("allowed");
  text_table table(std::move(header), {0, 1});
  for (const auto& line : r.lines) add_row(table, line, beside);
  return table.to_string();
}

}  // namespace

std::string gate_text(const gate_result& r) {
  std::string out = "Release gate, " + format_time(r.from) + " to " + format_time(r.to) + ", " +
                    to_label(r.rules.method) + ", " + confidence_text(r.rules) + " confidence\n\n" +
                    table_text(r) + "\n";
  for (const auto& line : r.lines)
    out += "  " + line.what.id + ": " + line.reason + "\n" + failures_text(line);
  if (r.freeze) out += "  freeze rule: " + on_one_line(freeze_text(*r.freeze)) + "\n";
  return out + "  " + independence + "\n\n" + last_line(r);
}

}  // namespace slo
