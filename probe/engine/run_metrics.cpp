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
constexpr metric_family failures_total{
    "remora_probe_failures_total",
    "Runs that failed, by step, where it broke and why; a series comes with its first failure.",
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
                                   "Whether the sidecar knows us, by the answers to a signed "
                                   "scenario: 0 after three runs in a row without Server-Timing.",
                                   metric_type::gauge};

const core::bucket_table& buckets() {
  static const core::bucket_table table(duration_bounds);
  return table;
}

core::observation observe(core::histogram_cell& cell, core::duration d) noexcept {
  return cell.observe(std::max(0.0, core::seconds(d)));
}

/// A cell that is not there yet counts nothing.
void write_histogram(core::exposition_writer& out, const std::string& labels,
                     const core::histogram_cell* cell,
                     std::span<const core::bucket_exemplar> exemplars = {}) {
  std::array<std::uint64_t, duration_bounds.size() + 1> counts{};
  for (std::size_t i = 0; cell && i < counts.size(); ++i) counts[i] = cell->bucket(i);
  out.histogram(labels, duration_bounds, counts, cell ? cell->sum() : 0, exemplars);
}

/// The labels of a scenario's series, and `more`.
std::string labels_of(const scenario_metrics& s, std::initializer_list<label> more = {}) {
  std::vector<label> all{{"scenario", s.name()}};
  if (!s.target().empty()) all.push_back({"target", s.target()});
  all.insert(all.end(), more);
  return render_labels(all);
}

}  // namespace

void recognition::note(bool recognised) noexcept {
  if (recognised) {
    in_a_row_ = 0;
    known_ = true;
  } else if (in_a_row_ < runs_until_no && ++in_a_row_ == runs_until_no) {
    known_ = false;
  }
}

scenario_metrics::step_cells::step_cells(std::string n) : name(std::move(n)), total(buckets()) {}

scenario_metrics::scenario_metrics(const scenario& s, bool is_signed, const exemplar_use* shown_in)
    : name_(s.name),
      target_(s.about.name),
      shown_in_(shown_in),
      lag_(buckets()),
      duration_(buckets()),
      signed_(is_signed) {
  for (std::size_t i = 0; i < s.step_count(); ++i)
    steps_.push_back(std::make_unique<step_cells>(s.at(i).name));
}

scenario_metrics::~scenario_metrics() {
  if (!shown_in_) return;
  const auto now = shown_in_->wall.unix_nanos(core::now());
  shown_in_->book.forget(duration_, now);
  for (const auto& step : steps_) shown_in_->book.forget(step->total, now);
}

void scenario_metrics::started(core::duration lag) noexcept {
  observe(lag_, lag);
}

void scenario_metrics::finished(run_result& result) {
  for (auto& step : result.steps) {
    if (step.outcome == step_outcome::skipped) continue;
    auto& cells = *steps_[step.index];
    for (std::size_t p = 0; p < phase_count; ++p) {
      const auto& took = step.phases[static_cast<phase>(p)];
      if (!took) continue;
      if (!cells.phases[p]) cells.phases[p] = std::make_unique<core::histogram_cell>(buckets());
      observe(*cells.phases[p], *took);
    }
    step.observed = observe(cells.total, step.took());
  }
  result.observed = observe(duration_, result.took());
  if (const auto* failed = result.failure())
    count_failure(failed->index, *failed->failure);
  else
    passed_.add();
  if (result.recognised) recognised_.note(*result.recognised);
  ledger_.finish();
}

void scenario_metrics::count_failure(std::size_t step, verdict what) {
  steps_[step]->failed[static_cast<std::size_t>(what.where)].add();
  auto counted = std::find_if(failures_.begin(), failures_.end(), [&](const failure_count& f) {
    return f.step == step && f.what == what;
  });
  if (counted == failures_.end()) counted = failures_.insert(counted, {step, what, 0});
  ++counted->count;
}

std::shared_ptr<scenario_metrics> run_metrics::add(const scenario& s, bool is_signed) {
  return scenarios_[s.key()] =
             std::make_shared<scenario_metrics>(s, is_signed, shown_in_ ? &*shown_in_ : nullptr);
}

void run_metrics::remove(const std::string& key) {
  scenarios_.erase(key);
}

void run_metrics::write(core::exposition_writer& out) const {
  const bool shown = shown_in_ && out.format() == core::exposition_format::openmetrics;
  const auto book = shown ? shown_in_->book.read() : core::exemplar_book::reading();
  write_runs(out);
  write_failures(out);
  write_ledger(out);
  write_durations(out, book);
  write_steps(out, book);
  write_recognised(out);
}

void run_metrics::write_runs(core::exposition_writer& out) const {
  if (!out.family(runs_total)) return;
  for (const auto& [name, s] : scenarios_) {
    out.counter(labels_of(*s, {label{"step", ""}, label{"outcome", "passed"}, label{"where", ""}}),
                static_cast<double>(s->passed_.value()));
    for (const auto& step : s->steps_)
      for (std::size_t w = 0; w < place_count; ++w)
        out.counter(labels_of(*s, {label{"step", step->name}, label{"outcome", "failed"},
                                   label{"where", to_label(static_cast<place_of_failure>(w))}}),
                    static_cast<double>(step->failed[w].value()));
  }
}

void run_metrics::write_ledger(core::exposition_writer& out) const {
  if (out.family(scheduled_total))
    for (const auto& [name, s] : scenarios_)
      out.counter(labels_of(*s), static_cast<double>(s->ledger_.scheduled()));
  if (out.family(missed_total))
    for (const auto& [name, s] : scenarios_)
      for (const auto reason : all_missed_reasons)
        out.counter(labels_of(*s, {label{"reason", to_label(reason)}}),
                    static_cast<double>(s->ledger_.missed(reason)));
  if (out.family(running))
    for (const auto& [name, s] : scenarios_)
      out.gauge(labels_of(*s), static_cast<double>(s->ledger_.running()));
}

void run_metrics::write_failures(core::exposition_writer& out) const {
  if (!out.family(failures_total)) return;
  for (const auto& [name, s] : scenarios_)
    for (const auto& f : s->failures_)
      out.counter(labels_of(*s, {label{"step", s->steps_[f.step]->name},
                                 label{"where", to_label(f.what.where)},
                                 label{"why", to_label(f.what.why)}}),
                  static_cast<double>(f.count));
}

void run_metrics::write_durations(core::exposition_writer& out,
                                  const core::exemplar_book::reading& book) const {
  if (out.family(schedule_lag))
    for (const auto& [name, s] : scenarios_) write_histogram(out, labels_of(*s), &s->lag_);
  if (out.family(run_duration))
    for (const auto& [name, s] : scenarios_)
      write_histogram(out, labels_of(*s), &s->duration_, book.of(s->duration_));
}

void run_metrics::write_steps(core::exposition_writer& out,
                              const core::exemplar_book::reading& book) const {
  if (!out.family(step_duration)) return;
  for (const auto& [name, s] : scenarios_) {
    for (const auto& step : s->steps_) {
      const auto labels = [&](const char* phase_label) {
        return labels_of(*s, {label{"step", step->name}, label{"phase", phase_label}});
      };
      for (std::size_t p = 0; p < phase_count; ++p)
        write_histogram(out, labels(to_label(static_cast<phase>(p))), step->phases[p].get());
      write_histogram(out, labels("total"), &step->total, book.of(step->total));
    }
  }
}

void run_metrics::write_recognised(core::exposition_writer& out) const {
  if (!out.family(recognised)) return;
  for (const auto& [name, s] : scenarios_)
    if (const auto known = s->recognised_.known(); known && s->signed_)
      out.gauge(labels_of(*s), *known ? 1 : 0);
}

}  // namespace probe
