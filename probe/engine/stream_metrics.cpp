#include "probe/engine/stream_metrics.hpp"

#include <algorithm>
#include <vector>

namespace probe {
namespace {

using core::metric_family;
using core::metric_type;
using label = std::pair<std::string_view, std::string_view>;

constexpr std::array bounds{.005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0};

constexpr metric_family freshness{
    "remora_probe_freshness_seconds",
    "From the intended submission of a message to the end of the first reading that found it; too "
    "long by one reading and the pause before it (`every`) at most.",
    metric_type::histogram, bounds};
constexpr metric_family messages_total{"remora_probe_stream_messages_total",
                                       "Messages that were accepted, by what became of them.",
                                       metric_type::counter};

const core::bucket_table& buckets() {
  static const core::bucket_table table(bounds);
  return table;
}

std::string render(const std::string& scenario, const std::string& target, const std::string& step,
                   const char* result) {
  std::vector<label> labels{{"scenario", scenario}};
  if (!target.empty()) labels.push_back({"target", target});
  labels.push_back({"step", step});
  if (result) labels.push_back({"result", result});
  return core::render_labels(labels);
}

}  // namespace

stream_metrics::cells::cells() : freshness(buckets()) {}

void stream_metrics::follow(const scenario_list& scenarios) {
  auto old = std::exchange(steps_, {});
  for (const auto& s : scenarios) {
    for (std::size_t i = 0; i < s->step_count(); ++i) {
      if (!s->at(i).stream) continue;
      const std::pair key{s->key(), i};
      const auto there = old.find(key);
      if (there != old.end() && there->second->step == s->at(i).name) {
        steps_.insert(old.extract(there));
        continue;
      }
      auto fresh = std::make_unique<cells>();
      fresh->scenario = s->name;
      fresh->target = s->about.name;
      fresh->step = s->at(i).name;
      steps_.emplace(key, std::move(fresh));
    }
  }
}

void stream_metrics::note(const run_result& result) noexcept {
  for (const auto& step : result.steps) {
    if (!step.stream) continue;
    const auto found = steps_.find({result.scenario->key(), step.index});
    if (found == steps_.end()) continue;
    auto& to = *found->second;
    to.fates[static_cast<std::size_t>(step.stream->fate)].add();
    if (step.stream->freshness)
      to.freshness.observe(std::max(0.0, core::seconds(*step.stream->freshness)));
  }
}

void stream_metrics::write(core::exposition_writer& out) const {
  if (out.family(freshness))
    for (const auto& [key, c] : steps_) {
      std::array<std::uint64_t, bounds.size() + 1> counts;
      for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = c->freshness.bucket(i);
      out.histogram(render(c->scenario, c->target, c->step, nullptr), bounds, counts,
                    c->freshness.sum());
    }
  if (out.family(messages_total))
    for (const auto& [key, c] : steps_)
      for (std::size_t f = 0; f < message_fate_count; ++f)
        out.counter(render(c->scenario, c->target, c->step, to_label(static_cast<message_fate>(f))),
                    static_cast<double>(c->fates[f].value()));
}

}  // namespace probe
