#include "probe/commands/run_session.hpp"

#include <unistd.h>

#include <algorithm>

#include "probe/engine/descriptors.hpp"
#include "probe/engine/run_spans.hpp"

namespace probe {
namespace {

using namespace std::chrono_literals;

constexpr auto frame = 200ms;    // of what is redrawn
constexpr auto plain_line = 5s;  // between lines of what is not
constexpr auto rate_window = 5s;
constexpr auto next_look = 50ms;    // at the objectives
constexpr auto look_up_time = 10s;  // for targets
constexpr std::size_t most_spans = 20'000;

std::string told(const run_result& r) {
  const auto& failed = *r.failure();
  std::string out = r.scenario->key() + ": " + r.scenario->at(failed.index).name + " broke at " +
                    to_label(failed.failure->where) + ", " + to_label(failed.failure->why);
  if (r.context) out += ", trace " + r.context.trace.hex();
  return out;
}

}  // namespace

run_session::run_session(const probe_config& config, const failures_config& failures, run_plan plan,
                         bool quiet, const shard& part)
    : log_("probe", core::log_level::error),
      worker_(log_),
      spans_("probe", REMORA_VERSION, "run", config.otlp ? most_spans : 0, config.otlp.has_value()),
      lifecycle_(worker_, ready_, config.drain),
      plan_(plan),
      engine_(worker_, metrics_, plan, planner::limits::with(allow_many_runs())),
      discovery_(worker_, targets_, part),
      recorder_(worker_.wall, start_),
      display_(STDERR_FILENO),
      quiet_(quiet) {
  if (!failures.folder.empty()) bundles_.emplace(worker_.wall, failures);
  if (config.otlp) sender_.emplace(worker_, *config.otlp, spans_);
  engine_.on_finished([this](const run_result& r) {
    recorder_.note(r);
    if (!r.passed()) last_failure_ = told(r);
    if (bundles_) bundles_->note(r);
    record_spans(r, worker_.wall, spans_);
  });
  lifecycle_.on_drain("runs", [this](core::deadline until) {
    interrupted_ = !over_;
    return engine_.drain(until);
  });
  if (sender_)
    lifecycle_.on_drain("spans", [this](core::deadline until) { return sender_->flush(until); });
}

core::task<> run_session::begin(loaded what) {
  if (sender_) sender_->start();
  discovery_.follow(std::move(what.scenarios), {});
  co_await discovery_.looked_up(core::deadline::in(look_up_time, core::now()));
  const auto runs = discovery_.list();
  for (const auto& s : runs) recorder_.expect(*s);
  engine_.replace(runs, std::move(what.setup));
  worker_.start("end of runs", watch());
  if (until_decided_) worker_.start("decision", decision());
  if (!quiet_) worker_.start("progress", show_progress());
}

run_summary run_session::run(loaded what, const std::vector<slo::objective>& objectives,
                             std::map<std::string, std::string> labels) {
  objectives_ = &objectives;
  recorder_.summary().labels = std::move(labels);
  worker_.start("runs", begin(std::move(what)));
  lifecycle_.run();
  display_.clear();
  recorder_.note(engine_.ledgers(), core::now());
  if (interrupted_) note_unstarted();
  recorder_.close(core::now(), interrupted_, metrics_);
  auto summary = recorder_.summary();
  if (!objectives.empty()) summary.gate = judge_objectives(summary, objectives);
  return summary;
}

/// What a signal kept from being started was intended all the same.
void run_session::note_unstarted() {
  for (const auto& [name, planned] : engine_.planned_each()) {
    auto& summary = recorder_.summary().scenarios[name];
    summary.unstarted = planned - std::min(planned, summary.ledger.scheduled());
  }
}

core::task<> run_session::watch() {
  while (!engine_.done() && !decided_) co_await core::sleep_for(worker_, 20ms);
  over_ = true;
  lifecycle_.begin();
}

core::task<> run_session::show_progress() {
  while (!over_) {
    const auto now = core::now();
    display_.show(present(now));
    const core::duration pause = display_.redraws() ? core::duration(frame) : plain_line;
    // In naps, so that the end of a short run is not waited for.
    for (const auto next = now + pause; !over_ && core::now() < next;)
      co_await core::sleep_for(worker_, frame);
  }
}

progress run_session::present(core::instant now) {
  recorder_.note(engine_.ledgers(), now);
  const auto& s = recorder_.summary();
  progress out;
  out.elapsed = now - start_;
  out.planned = plan_.duration;
  out.share = share_done(now);
  out.passed = s.passed();
  out.failed = s.failed();
  out.missed = s.missed();
  for (const auto& [name, scenario] : s.scenarios) out.running += scenario.ledger.running();
  lately_.emplace_back(now, s.ran());
  while (lately_.size() > 2 && now - lately_[1].first >= rate_window) lately_.pop_front();
  if (const auto [since, ran] = lately_.front(); now > since)
    out.rate = static_cast<double>(s.ran() - ran) / core::seconds(now - since);
  out.took = s.took;
  out.so_far = so_far(now);
  out.last_failure = last_failure_;
  return out;
}

double run_session::share_done(core::instant now) const {
  if (plan_.duration)
    return std::min(1.0, core::seconds(now - start_) / core::seconds(*plan_.duration));
  const auto& s = recorder_.summary();
  const auto planned = engine_.planned();
  if (!planned || *planned == 0) return 0;
  return std::min(1.0, static_cast<double>(s.ran() + s.missed()) / static_cast<double>(*planned));
}

/// What it would be if it ended now; looking often is what the gate's method allows.
std::string run_session::so_far(core::instant now) {
  if (objectives_->empty()) return to_label(decide(recorder_.summary()).verdict);
  return slo::to_label(objectives_say(now));
}

slo::outcome run_session::objectives_say(core::instant now) {
  recorder_.close(now, false, metrics_);
  return judge_objectives(recorder_.summary(), *objectives_).overall;
}

core::task<> run_session::decision() {
  while (!over_ && !decided_) {
    recorder_.note(engine_.ledgers(), core::now());
    decided_ = objectives_say(core::now()) != slo::outcome::inconclusive;
    co_await core::sleep_for(worker_, next_look);
  }
}

}  // namespace probe
