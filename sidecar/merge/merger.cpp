#include "sidecar/merge/merger.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>

#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/worker.hpp"
#include "sidecar/merge/family_writer.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family up{"remora_merge_up",
                                 "1 when the source's metrics are in this exposition.",
                                 core::metric_type::gauge};
constexpr core::metric_family took{"remora_merge_duration_seconds",
                                   "How long the source took to answer and to be read.",
                                   core::metric_type::gauge};
constexpr core::metric_family merged{
    "remora_merge_samples", "Samples of the source in this exposition.", core::metric_type::gauge};
constexpr core::metric_family dropped{"remora_merge_samples_dropped",
                                      "Samples of the source that are not, by reason.",
                                      core::metric_type::gauge};
constexpr core::metric_family conflicts{"remora_merge_conflicts",
                                        "Families of the source that did not fit; /merge names "
                                        "them.",
                                        core::metric_type::gauge};
constexpr core::metric_family failures{"remora_merge_failures_total",
                                       "Times that the source gave nothing, by reason.",
                                       core::metric_type::counter};
constexpr std::array<std::string_view, 6> reserved{
    "remora_merge_up",        "remora_merge_duration_seconds",
    "remora_merge_samples",   "remora_merge_samples_dropped",
    "remora_merge_conflicts", "remora_merge_failures"};

}  // namespace

/// One source, what it is asked by, and what it said for this scrape.
struct merger::source {
  source(core::worker& w, const merge_source_config& c) : config(c), scraper(w, c) {
    for (const auto& [name, value] : c.labels) {
      const std::pair<std::string_view, std::string_view> label[] = {{name, value}};
      extra.rendered += (extra.rendered.empty() ? "" : ",") + core::render_labels(label);
      extra.names.push_back(name);
    }
  }

  bool up() const noexcept { return shown && shown->up(); }
  /// Why the last scrape has nothing of it; "" when it has.
  std::string error() const {
    if (!asked) return "it was not asked yet";
    return shown ? shown->error : "it had not answered when the scraper's time was over";
  }

  merge_source_config config;
  source_scraper scraper;
  extra_labels extra;
  std::array<std::uint64_t, scrape_failures> failed{};
  std::shared_ptr<const scraped_source> last;   // what it answered last
  std::shared_ptr<const scraped_source> shown;  // for the last scrape; null: not in time
  bool asking = false;
  bool asked = false;
};

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

void merger::write_metrics(core::exposition_writer& out,
                           const std::vector<merge_result>& results) const {
  const auto each = [&](const core::metric_family& family, auto value) {
    if (!out.family(family)) return;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const std::pair<std::string_view, std::string_view> label[] = {
          {"source", sources_[i]->config.name}};
      out.gauge(core::render_labels(label), value(*sources_[i], results[i]));
    }
  };
  each(up, [](const source& s, const merge_result&) { return s.up() ? 1.0 : 0.0; });
  each(took, [](const source& s, const merge_result&) {
    return core::seconds(s.shown ? s.shown->took : s.config.timeout);
  });
  each(merged, [](const source&, const merge_result& r) { return static_cast<double>(r.samples); });
  each(conflicts, [](const source&, const merge_result& r) {
    return static_cast<double>(r.conflicts.size());
  });
  write_reasons(out, results);
}

void merger::write_reasons(core::exposition_writer& out,
                           const std::vector<merge_result>& results) const {
  const auto labels = [&](std::size_t i, const char* reason) {
    const std::pair<std::string_view, std::string_view> both[] = {
        {"source", sources_[i]->config.name}, {"reason", reason}};
    return core::render_labels(both);
  };
  if (out.family(dropped))
    for (std::size_t i = 0; i < sources_.size(); ++i)
      for (std::size_t why = 0; why < merge_drops; ++why)
        out.gauge(labels(i, to_label(static_cast<merge_drop>(why))),
                  static_cast<double>(results[i].dropped[why]));
  if (out.family(failures))
    for (std::size_t i = 0; i < sources_.size(); ++i)
      for (std::size_t why = 1; why < scrape_failures; ++why)
        out.counter(labels(i, to_label(static_cast<scrape_failure>(why))),
                    static_cast<double>(sources_[i]->failed[why]));
}

std::string merger::page() const {
  std::string out = "{\"sources\":[";
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (i > 0) out += ',';
    append_source(out, *sources_[i], i < last_results_.size() ? last_results_[i] : merge_result());
  }
  return out + "]}\n";
}

void merger::append_source(std::string& out, const source& s, const merge_result& result) {
  const auto member = [&](const char* name, std::string_view value) {
    out.append(out.back() == '{' ? "" : ",").append("\"").append(name).append("\":");
    out += value;
  };
  out += '{';
  const auto query = s.config.query.empty() ? "" : "?" + s.config.query;
  member("name", core::json_string(s.config.name));
  member("url", core::json_string(s.config.url.to_string() + query));
  member("up", s.up() ? "true" : "false");
  if (!s.up()) member("error", core::json_string(s.error()));
  if (s.shown) {
    std::string seconds;
    core::append_json_number(seconds, core::seconds(s.shown->took));
    member("duration_seconds", seconds);
  }
  if (s.up()) {
    const auto openmetrics = s.shown->metrics.format == core::exposition_format::openmetrics;
    member("format", openmetrics ? "\"openmetrics\"" : "\"text\"");
  }
  member("samples", std::to_string(result.samples));
  member("dropped", "{");
  for (std::size_t why = 0; why < merge_drops; ++why)
    member(to_label(static_cast<merge_drop>(why)), std::to_string(result.dropped[why]));
  out += '}';
  member("conflicts", "[");
  for (const auto& c : result.conflicts) {
    out += out.back() == '[' ? "{" : ",{";
    member("family", core::json_string(c.family));
    member("with", core::json_string(c.with));
    member("what", core::json_string(c.what));
    member("samples", std::to_string(c.samples));
    out += '}';
  }
  out += "]}";
}

}  // namespace sidecar
