#include "probe/engine/run_metrics.hpp"

#include <algorithm>

namespace probe {
namespace {

using core::metric_family;
using core::metric_type;
using core::render_labels;
using label = std::pair<std::string_view, std::string_view>;

constexpr std::array duration_bounds{.001, .0025, .005, .01, .025, .05,  .1,
                                     .25,  .5,    1.0,  2.5, 5.0,  10.0, 30.0};

constexpr metric_family runs_total{"remora_probe_runs_total",
                                   "Runs that ended with a result, by the step that failed and "
                                   "where it broke (both empty: passed).",
                                   metric_type::counter};
constexpr metric_family scheduled_total{"remora_probe_scheduled_total",
                                        "Intended runs; always runs + missed + running.",
                                        metric_type::counter};
constexpr metric_family missed_total{
    "remora_probe_missed_total", "Intended runs that did not take place.", metric_type::counter};
constexpr metric_family running{"remora_probe_running", "Runs under way.", metric_type::gauge};
constexpr metric_family schedule_lag{"remora_probe_schedule_lag_seconds", "How late runs started.",
                                     metric_type::histogram, duration_bounds};
constexpr metric_family run_duration{"remora_probe_run_duration_seconds",
                                     "From the intended start of a run to its last step's end.",
                                     metric_type::histogram, duration_bounds};
constexpr metric_family step_duration{
    "remora_probe_step_duration_seconds",
    "Time of a step (total) and of the phases its last attempt went through.",
    metric_type::histogram, duration_bounds};
constexpr metric_family recognised{"remora_probe_recognised",
                                   "Whether the answers to a signed scenario carried "
                                   "Server-Timing: 0, the sidecar does not know us.",
                                   metric_type::gauge};

const core::bucket_table& buckets() {
  static const core::bucket_table table(duration_bounds);
  return table;
}

const char* duration_label(std::size_t i) noexcept {
  return i < phase_count ? to_label(static_cast<phase>(i)) : "total";
}

void observe(core::histogram_cell& cell, core::duration d) noexcept {
  cell.observe(std::max(0.0, core::seconds(d)));
}

void write_histogram(core::exposition_writer& out, const std::string& labels,
                     const core::histogram_cell& cell) {
  std::array<std::uint64_t, duration_bounds.size() + 1> counts;
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = cell.bucket(i);
  out.histogram(labels, duration_bounds, counts, cell.sum());
}

}  // namespace

scenario_metrics::scenario_metrics(const scenario& s, bool is_signed)
    : name_(s.name), lag_(buckets()), duration_(buckets()), signed_(is_signed) {
  for (std::size_t i = 0; i < s.step_count(); ++i) {
    auto cells = std::make_unique<step_cells>();
    cells->name = s.at(i).name;
    for (std::size_t d = 0; d < duration_count; ++d) cells->durations.emplace_back(buckets());
    steps_.push_back(std::move(cells));
  }
}

void scenario_metrics::started(core::duration lag) noexcept {
  observe(lag_, lag);
}

void scenario_metrics::finished(const run_result& result) noexcept {
  for (const auto& step : result.steps) {
    if (step.outcome == step_outcome::skipped) continue;
    auto& durations = steps_[step.index]->durations;
    for (std::size_t p = 0; p < phase_count; ++p)
      if (const auto& took = step.phases[static_cast<phase>(p)]) observe(durations[p], *took);
    observe(durations[phase_count], step.took());
  }
  observe(duration_, result.took());
  if (const auto* failed = result.failure())
    steps_[failed->index]->failed[static_cast<std::size_t>(failed->failure->where)].add();
  else
    passed_.add();
  if (result.recognised) recognised_.set(*result.recognised ? 1 : 0);
  ledger_.finish();
}

std::shared_ptr<scenario_metrics> run_metrics::add(const scenario& s, bool is_signed) {
  return scenarios_[s.name] = std::make_shared<scenario_metrics>(s, is_signed);
}

void run_metrics::remove(const std::string& name) {
  scenarios_.erase(name);
}

void run_metrics::write(core::exposition_writer& out) const {
  write_runs(out);
  write_ledger(out);
  write_durations(out);
  write_steps(out);
  write_recognised(out);
}

void run_metrics::write_runs(core::exposition_writer& out) const {
  if (!out.family(runs_total)) return;
  for (const auto& [name, s] : scenarios_) {
    out.counter(render_labels(std::array{label{"scenario", name}, label{"step", ""},
                                         label{"outcome", "passed"}, label{"where", ""}}),
                static_cast<double>(s->passed_.value()));
    for (const auto& step : s->steps_)
      for (std::size_t w = 0; w < place_count; ++w)
        out.counter(
            render_labels(std::array{label{"scenario", name}, label{"step", step->name},
                                     label{"outcome", "failed"},
                                     label{"where", to_label(static_cast<place_of_failure>(w))}}),
            static_cast<double>(step->failed[w].value()));
  }
}

void run_metrics::write_ledger(core::exposition_writer& out) const {
  const auto labels = [](const std::string& name) {
    return render_labels(std::array{label{"scenario", name}});
  };
  if (out.family(scheduled_total))
    for (const auto& [name, s] : scenarios_)
      out.counter(labels(name), static_cast<double>(s->ledger_.scheduled()));
  if (out.family(missed_total))
    for (const auto& [name, s] : scenarios_)
      for (const auto reason : {missed_reason::overrun, missed_reason::shutdown})
        out.counter(
            render_labels(std::array{label{"scenario", name}, label{"reason", to_label(reason)}}),
            static_cast<double>(s->ledger_.missed(reason)));
  if (out.family(running))
    for (const auto& [name, s] : scenarios_)
      out.gauge(labels(name), static_cast<double>(s->ledger_.running()));
}

void run_metrics::write_durations(core::exposition_writer& out) const {
  if (out.family(schedule_lag))
    for (const auto& [name, s] : scenarios_)
      write_histogram(out, render_labels(std::array{label{"scenario", name}}), s->lag_);
  if (out.family(run_duration))
    for (const auto& [name, s] : scenarios_)
      write_histogram(out, render_labels(std::array{label{"scenario", name}}), s->duration_);
}

void run_metrics::write_steps(core::exposition_writer& out) const {
  if (!out.family(step_duration)) return;
  for (const auto& [name, s] : scenarios_)
    for (const auto& step : s->steps_)
      for (std::size_t d = 0; d < step->durations.size(); ++d)
        write_histogram(out,
                        render_labels(std::array{label{"scenario", name}, label{"step", step->name},
                                                 label{"phase", duration_label(d)}}),
                        step->durations[d]);
}

void run_metrics::write_recognised(core::exposition_writer& out) const {
  if (!out.family(recognised)) return;
  for (const auto& [name, s] : scenarios_)
    if (s->signed_)
      out.gauge(render_labels(std::array{label{"scenario", name}}), s->recognised_.value());
}

}  // namespace probe
