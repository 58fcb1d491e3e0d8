#include "slo/serve/report_keeper.hpp"

#include "core/log.hpp"

namespace slo {

namespace {

constexpr double duration_bounds[] = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};
constexpr core::metric_family refreshes{"remora_slo_refreshes_total",
                                        "Attempts to bring the report up to date.",
                                        core::metric_type::counter};
constexpr core::metric_family refresh_duration{"remora_slo_refresh_duration_seconds",
                                               "How long an attempt took.",
                                               core::metric_type::histogram, duration_bounds};
constexpr core::metric_family report_time{"remora_slo_report_timestamp_seconds",
                                          "The instant that the current report is of.",
                                          core::metric_type::gauge};

/// An attempt may take its time, and its pause; a report that is older than this is old although no
/// attempt has failed yet.
constexpr unix_millis longest_attempt = 30'000;

unix_millis millis(core::duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

}  // namespace

report_keeper::report_keeper(core::worker& w, prometheus_client& client, shown_objectives shown,
                             core::duration interval, core::readiness::condition& answered)
    : worker_(w),
      client_(client),
      shown_(std::move(shown)),
      interval_(interval),
      answered_(answered),
      refreshed_(w.metrics.counter(refreshes, {{"result", "ok"}})),
      failed_(w.metrics.counter(refreshes, {{"result", "failed"}})),
      duration_(w.metrics.histogram(refresh_duration)),
      reported_at_(w.metrics.gauge(report_time)) {}

void report_keeper::start() {
  worker_.start("refresh", keep_fresh());
}

unix_millis report_keeper::now() const {
  return static_cast<unix_millis>(worker_.wall.unix_nanos(core::now()) / 1'000'000);
}

std::uint64_t report_keeper::version() {
  if (!state_.stale() && state_.last &&
      now() - state_.last->at > 2 * millis(interval_) + longest_attempt) {
    state_.problem =
        "it has not answered for " + std::to_string((now() - state_.last->at) / 1000) + " s";
    ++version_;
  }
  return version_;
}

core::task<> report_keeper::keep_fresh() {
  for (;;) {
    const auto begin = core::now();
    co_await refresh();
    ++version_;
    // A Prometheus that takes longer than the interval has as much rest as it has work.
    co_await core::sleep_until(worker_, std::max(begin + interval_, core::now() + interval_ / 2));
  }
}

core::task<collected_of<report>> report_keeper::read(unix_millis at) {
  const auto& objectives = shown_.objectives;
  const collection wanted{true, at, std::nullopt};
  auto seen = co_await collect(client_, objectives, wanted);
  if (seen.has_error()) co_return seen.error();
  report_extras extras;
  if (!shown_.corrections.empty()) {
    auto corrected = co_await collect_corrections(client_, objectives, *seen, shown_.corrections);
    if (corrected.has_error()) co_return corrected.error();
    extras.corrected = std::move(*corrected);
  }
  auto made = make_report(objectives, std::move(*seen), client_.where().to_string(), at);
  if (!extras.corrected.empty()) complete(made, std::move(extras));
  co_return made;
}

core::task<> report_keeper::refresh() {
  const auto begin = core::now();
  const auto at = now();
  auto made = co_await read(at);
  duration_.observe(core::seconds(core::now() - begin));
  answered_.report(made.has_value());
  if (made.has_error()) {
    failed_.add();
    if (state_.problem != made.error().what) {
      worker_.log.warning("Prometheus does not answer", {{"error", made.error().what}});
    }
    state_.problem = made.error().what;
    co_return;
  }
  refreshed_.add();
  reported_at_.set(static_cast<double>(at) / 1000);
  state_.problem.clear();
  state_.last = std::move(*made);
}

}  // namespace slo
