#include <algorithm>
#include <string>
#include <utility>

#include "probe/format/scenario_reader.hpp"
#include "probe/load/load_text.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

std::string time(core::duration d) {
  return core::format_duration(d);
}

std::string range(probe::load_rate from, probe::load_rate to) {
  return format_rate(from) + ".." + format_rate(to);
}

std::string in_short(const probe::load_part& p) {
  if (const auto& c = p.constant) return "constant:" + format_rate(c->rate) + ":" + time(c->length);
  if (const auto& l = p.linear) return "linear:" + range(l->from, l->to) + ":" + time(l->length);
  if (const auto& i = p.incremental)
    return "incremental:" + range(i->from, i->to) + ":" + std::to_string(i->steps) + "x" +
           time(i->each);
  const auto& w = p.wave.value();
  return "wave:" + range(w.base, w.peak) + ":" + time(w.period) +
         (w.spike ? "/" + time(*w.spike) : "") + ":" + time(w.length);
}

std::string in_yaml(const probe::load_part& p) {
  const auto rates = [](const char* first, probe::load_rate a, const char* second,
                        probe::load_rate b) {
    return std::string(first) + ": " + format_rate(a) + ", " + second + ": " + format_rate(b);
  };
  if (const auto& c = p.constant)
    return "{constant: {rate: " + format_rate(c->rate) + ", for: " + time(c->length) + "}}";
  if (const auto& l = p.linear)
    return "{linear: {" + rates("from", l->from, "to", l->to) + ", for: " + time(l->length) + "}}";
  if (const auto& i = p.incremental)
    return "{incremental: {" + rates("from", i->from, "to", i->to) +
           ", steps: " + std::to_string(i->steps) + ", each: " + time(i->each) + "}}";
  const auto& w = p.wave.value();
  return "{wave: {" + rates("base", w.base, "peak", w.peak) + ", period: " + time(w.period) +
         (w.spike ? ", spike: " + time(*w.spike) : "") + ", for: " + time(w.length) + "}}";
}

/// The same load in short, as `--load` takes it, and in YAML, as a scenario does.
std::pair<std::string, std::string> written(const std::vector<probe::load_stage>& stages) {
  std::string text, yaml = "[";
  for (const auto& stage : stages) {
    if (&stage != &stages.front()) text += ',', yaml += ", ";
    if (stage.sum.empty()) {
      text += in_short(stage);
      yaml += in_yaml(stage);
      continue;
    }
    yaml += "{sum: [";
    for (const auto& part : stage.sum) {
      if (&part != &stage.sum.front()) text += '+', yaml += ", ";
      text += in_short(part);
      yaml += in_yaml(part);
    }
    yaml += "]}";
  }
  return {text, yaml + "]"};
}

void check_same(const probe::load_profile& a, const probe::load_profile& b) {
  require(a.count() == b.count() && a.length() == b.length());
  for (const auto k : {std::uint64_t{0}, a.count() / 2, a.count() - 1})
    require(a.start(k) == b.start(k));
}

/// Every start has its time, in order and within the profile; there is none after the last.
void check_starts(const probe::load_profile& p) {
  require(p.count() > 0 && p.length() > core::duration{});
  core::duration last{};
  for (std::uint64_t i = 0; i <= 16; ++i) {
    const auto at = p.start((p.count() - 1) / 16 * i);
    require(at && *at >= last && *at <= p.length());
    last = *at;
  }
  const auto end = p.start(p.count() - 1);
  require(end && *end >= last && *end <= p.length() && !p.start(p.count()));
}

}  // namespace

/// Load shapes as `--load` has them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  std::string why;
  const auto stages = probe::parse_load(text, why);
  require(stages.has_value() == why.empty());
  if (!stages) {
    require(why.find("(expected ") != why.npos);
    return 0;
  }
  const auto profile = probe::profile_of(*stages);
  check_starts(profile);

  // Written anew it is read alike, and as YAML it is no other load.
  const auto [again, yaml] = written(*stages);
  const auto reread = probe::parse_load(again, why);
  require(reread && written(*reread).first == again);
  check_same(profile, probe::profile_of(*reread));
  core::problems found;
  const auto scenarios = probe::parse_scenarios(
      "load.yaml", "name: s\nsteps: [{name: a, http: {url: \"http://a/\"}}]\nload: " + yaml + "\n",
      {}, found);
  require(found.empty() && scenarios.size() == 1);
  check_same(profile, probe::profile_of(scenarios[0]->load));
  return 0;
}
