#include "probe/load/load_config.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/json_text.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

constexpr auto shortest = core::duration(std::chrono::milliseconds(1));
constexpr auto longest = core::duration(std::chrono::hours(24 * 7));
constexpr const char* rate_example = "a rate of at most 1000000/s, such as 10/s, 0.5/s or 600/m";
constexpr const char* shape_names = "constant, linear, incremental or wave";

class rate_kind final : public core::value_kind {
 public:
  void read(const node& from, void* into, reading& r) const override {
    if (!from.is_scalar())
      r.found.add(from.at, std::string("found ") + from.kind_name(), rate_example);
    else if (!parse_rate(from.text, *static_cast<load_rate*>(into)))
      r.found.add(from.at, "\"" + from.text + "\" is no rate", rate_example);
  }
  std::string schema() const override {
    return R"({"type":"string","pattern":"^[0-9]+([.][0-9]+)?/[smh]$"})";
  }
  std::string name() const override { return "rate"; }
  std::string show(const void* value) const override {
    return core::json_string(format_rate(*static_cast<const load_rate*>(value)));
  }
};

double seconds(core::duration d) {
  return core::seconds(d);
}

load_shape shape_of(const load_part& from) {
  load_shape out;
  if (const auto& c = from.constant) {
    out.from = out.to = c->rate.per_second;
    out.length = seconds(c->length);
  } else if (const auto& l = from.linear) {
    out.kind = load_shape::form::linear;
    out.from = l->from.per_second;
    out.to = l->to.per_second;
    out.length = seconds(l->length);
  } else if (const auto& i = from.incremental) {
    out.kind = load_shape::form::incremental;
    out.from = i->from.per_second;
    out.to = i->to.per_second;
    out.steps = static_cast<int>(i->steps);
    out.length = seconds(i->each) * static_cast<double>(i->steps);
  } else if (const auto& w = from.wave) {
    out.kind = w->spike ? load_shape::form::spikes : load_shape::form::wave;
    out.from = w->base.per_second;
    out.to = w->peak.per_second;
    out.period = seconds(w->period);
    out.spike = w->spike ? seconds(*w->spike) : 0;
    out.length = seconds(w->length);
  }
  return out;
}

int shapes_in(const load_part& p) noexcept {
  return p.constant.has_value() + p.linear.has_value() + p.incremental.has_value() +
         p.wave.has_value();
}

void check_part(const load_part& p, const node& from, reading& r) {
  if (shapes_in(p) != 1)
    r.found.add(from.at, shapes_in(p) == 0 ? "no shape of load" : "several shapes in one part",
                std::string("one of ") + shape_names);
}

void check_stage(const load_stage& s, const node& from, reading& r) {
  const int shapes = shapes_in(s) + (s.sum.empty() ? 0 : 1);
  if (shapes != 1)
    r.found.add(from.at, shapes == 0 ? "no shape of load" : "several shapes in one part",
                std::string("one of ") + shape_names + ", or sum with a list of these");
}

void check_wave(const wave_load& w, const node& from, reading& r) {
  if (w.spike && *w.spike > w.period)
    r.found.add(from.at, "a spike that is longer than its period", "at most the period");
  if (w.peak.per_second < w.base.per_second)
    r.found.add(from.at, "a peak below the base", "a peak of at least the base");
}

}  // namespace

bool parse_rate(std::string_view text, load_rate& out) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc()) return false;
  const double seconds = unit == "/s" ? 1 : unit == "/m" ? 60 : unit == "/h" ? 3600 : 0;
  if (seconds == 0 || !std::isfinite(value) || value / seconds > highest_rate) return false;
  out.per_second = value / seconds;
  return true;
}

std::string format_rate(load_rate rate) {
  char buffer[512];  // the least rate that is not 0 has 340 digits
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, rate.per_second, std::chars_format::fixed).ptr;
  return std::string(buffer, end) + "/s";
}

void constant_load::describe(core::fields<constant_load>& f) {
  f.required("rate", &constant_load::rate, "Runs started a second.");
  f.required("for", &constant_load::length, "How long.").range(shortest, longest);
}

void linear_load::describe(core::fields<linear_load>& f) {
  f.required("from", &linear_load::from, "Rate at the beginning.");
  f.required("to", &linear_load::to, "Rate at the end.");
  f.required("for", &linear_load::length, "How long.").range(shortest, longest);
}

void incremental_load::describe(core::fields<incremental_load>& f) {
  f.required("from", &incremental_load::from, "Rate of the first step.");
  f.required("to", &incremental_load::to, "Rate of the last step.");
  f.required("steps", &incremental_load::steps, "How many steps, equally far apart.")
      .range<std::int64_t, std::int64_t>(1, 10'000);
  f.required("each", &incremental_load::each, "How long each step is.").range(shortest, longest);
}

void wave_load::describe(core::fields<wave_load>& f) {
  f.required("base", &wave_load::base, "Rate between the peaks; each period begins with it.");
  f.required("peak", &wave_load::peak, "Rate at the peaks.");
  f.required("period", &wave_load::period, "From one peak to the next.").range(shortest, longest);
  f.optional("spike", &wave_load::spike,
             "How long a peak lasts, at the end of its period, with steep sides; without it, the "
             "rate swings gently (a cosine).")
      .range(shortest, longest);
  f.required("for", &wave_load::length, "How long.").range(shortest, longest);
  f.check(check_wave);
}

namespace {

template <class T>
void describe_part(core::fields<T>& f) {
  f.optional("constant", &load_part::constant, "The same rate all the time.");
  f.optional("linear", &load_part::linear, "A ramp from one rate to another.");
  f.optional("incremental", &load_part::incremental, "Steps from one rate to another.");
  f.optional("wave", &load_part::wave, "A rate that swings, or spikes.");
}

}  // namespace

void load_part::describe(core::fields<load_part>& f) {
  describe_part(f);
  f.check(check_part);
}

void load_stage::describe(core::fields<load_stage>& f) {
  describe_part(f);
  f.optional("sum", &load_stage::sum, "Shapes at the same time; their rates are added.");
  f.check(check_stage);
}

load_profile profile_of(const std::vector<load_stage>& stages) {
  load_profile out;
  for (const auto& stage : stages) {
    load_profile::sum shapes;
    if (stage.sum.empty()) shapes.push_back(shape_of(stage));
    for (const auto& part : stage.sum) shapes.push_back(shape_of(part));
    out.append(std::move(shapes));
  }
  return out;
}

}  // namespace probe

// One immutable instance, as `core::kind_of` promises.
template <>
const core::value_kind& core::kind_of<probe::load_rate>() {
  static const probe::rate_kind kind;
  return kind;
}
