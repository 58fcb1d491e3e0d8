#include "sidecar/merge/merger.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>

#include "core/log.hpp"
#include "core/worker.hpp"
#include "sidecar/merge/family_writer.hpp"
#include "sidecar/merge/merge_source.hpp"

namespace sidecar {
namespace {

constexpr std::array<std::string_view, 6> reserved{
    "remora_merge_up",        "remora_merge_duration_seconds",
    "remora_merge_samples",   "remora_merge_samples_dropped",
    "remora_merge_conflicts", "remora_merge_failures"};

}  // namespace

/// A scrape that waits: a timer that a source's answer cuts short.
class merger::waiter {
 public:
  explicit waiter(merger& m) : merger_(m), timer_(m.worker_.io.get_executor()) {
    merger_.waiters_.push_back(this);
  }
  ~waiter() { std::erase(merger_.waiters_, this); }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  core::task<> wait(core::deadline until) {
    timer_.expires_at(until.at);
    co_await timer_.async_wait(core::asio::as_tuple(core::use_task));
  }
  void wake() { timer_.cancel(); }

 private:
  merger& merger_;
  core::steady_timer timer_;
};

std::shared_ptr<merger> merger::make(core::worker& w, const merge_config& config) {
  std::shared_ptr<merger> out(new merger(w));
  out->sources_ = out->make_sources(config);
  return out;
}

merger::~merger() = default;

merger::source_list merger::make_sources(const merge_config& config) const {
  source_list out;
  for (const auto& wanted : config.sources) {
    const auto named = std::find_if(sources_.begin(), sources_.end(),
                                    [&](const auto& s) { return s->config.name == wanted.name; });
    const bool known = named != sources_.end();
    if (known && (*named)->config == wanted) {
      out.push_back(*named);
      continue;
    }
    out.push_back(std::make_shared<source>(worker_, wanted));
    if (known) out.back()->failed = (*named)->failed;
  }
  return out;
}

void merger::adopt(source_list sources) {
  sources_ = std::move(sources);
  last_results_.clear();
}

core::task<> merger::prepare(core::deadline until) {
  const auto alive = shared_from_this();
  const auto sources = sources_;
  for (const auto& s : sources) {
    if (s->asking) continue;
    s->asking = true;
    worker_.start("merge", ask(s));
  }
  waiter waiting(*this);
  const auto unfinished = [&] {
    return std::any_of(sources.begin(), sources.end(), [](const auto& s) { return s->asking; });
  };
  while (unfinished() && !until.passed(core::now())) co_await waiting.wait(until);
  for (const auto& s : sources) show(*s);
}

// By its own timeout, not the scraper's: another scrape with more time may wait for it too.
core::task<> merger::ask(std::shared_ptr<source> from) {
  const auto alive = shared_from_this();
  const auto until = core::deadline::in(from->config.timeout, core::now());
  from->last = co_await from->scraper.scrape(until);
  from->asking = false;
  for (auto* w : waiters_) w->wake();
}

void merger::show(source& of) {
  const bool was_up = of.up(), first = !of.asked;
  of.asked = true;
  of.shown = of.asking ? nullptr : of.last;
  if (!of.up())
    ++of.failed[static_cast<std::size_t>(of.shown ? of.shown->why : scrape_failure::timeout)];
  if (of.up() && (first || !was_up))
    worker_.log.info("metrics are merged", {{"source", of.config.name}});
  if (!of.up() && (first || was_up))
    worker_.log.warning("metrics are missing", {{"source", of.config.name}, {"error", of.error()}});
}

merge_plan merger::make_plan(const core::exposition_writer& ours) const {
  merge_plan plan(ours, reserved);
  for (const auto& s : sources_)
    plan.add({s->config.name, s->up() ? &s->shown->metrics : nullptr, s->extra,
              static_cast<std::size_t>(s->config.limit_series)});
  return plan;
}

void merger::write(core::exposition_writer& out) const {
  const merge_plan plan = make_plan(out);
  write_metrics(out, plan.results());
  last_results_ = plan.results();
  std::vector<core::exposition_format> formats;
  for (const auto& s : sources_)
    formats.push_back(s->up() ? s->shown->metrics.format : core::exposition_format::text);
  const family_writer writer(plan, formats, out.format());
  for (const auto& family : plan.families()) {
    if (family.pieces.empty()) continue;
    if (family.own)
      out.join(*family.own, writer.lines(family));
    else
      out.append(writer.lines(family));
    out.append(writer.apart(family));
  }
}

}  // namespace sidecar
