#include "probe/load/load_text.hpp"

#include <charconv>

namespace probe {
namespace {

constexpr auto longest = core::duration(std::chrono::hours(24 * 7));

std::vector<std::string_view> split(std::string_view text, std::string_view by) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto at = text.find(by);
    out.push_back(text.substr(0, at));
    if (at == text.npos) return out;
    text.remove_prefix(at + by.size());
  }
}

/// Reads one shape; the first part that is wrong is said.
class shape_reader {
 public:
  explicit shape_reader(std::string_view text) : text_(text), parts_(split(text, ":")) {}

  std::optional<load_part> read(std::string& why) {
    load_part out;
    const auto name = parts_[0];
    if (name == "constant")
      out.constant = constant();
    else if (name == "linear")
      out.linear = linear();
    else if (name == "incremental")
      out.incremental = incremental();
    else if (name == "wave")
      out.wave = wave();
    else
      fail("unknown shape \"" + std::string(name) + "\"",
           "one of constant, linear, incremental and wave");
    if (why_.empty()) return out;
    why = "in \"" + std::string(text_) + "\": " + why_;
    return std::nullopt;
  }

 private:
  constant_load constant() {
    constant_load out;
    if (!count(3, "constant:RATE:FOR")) return out;
    out.rate = rate(parts_[1]);
    out.length = time(parts_[2]);
    return out;
  }

  linear_load linear() {
    linear_load out;
    if (!count(3, "linear:RATE..RATE:FOR")) return out;
    rates(parts_[1], out.from, out.to);
    out.length = time(parts_[2]);
    return out;
  }

  incremental_load incremental() {
    incremental_load out;
    if (!count(3, "incremental:RATE..RATE:STEPSxEACH")) return out;
    rates(parts_[1], out.from, out.to);
    const auto steps = split(parts_[2], "x");
    if (steps.size() != 2) {
      fail("\"" + std::string(parts_[2]) + "\" are no steps", "such as 5x30s");
      return out;
    }
    const auto [end, error] =
        std::from_chars(steps[0].data(), steps[0].data() + steps[0].size(), out.steps);
    if (error != std::errc() || end != steps[0].data() + steps[0].size() || out.steps < 1 ||
        out.steps > 10'000)
      fail("\"" + std::string(steps[0]) + "\" is no number of steps", "1 to 10000");
    out.each = time(steps[1]);
    return out;
  }

  wave_load wave() {
    wave_load out;
    if (!count(4, "wave:RATE..RATE:PERIOD[/SPIKE]:FOR")) return out;
    rates(parts_[1], out.base, out.peak);
    const auto period = split(parts_[2], "/");
    out.period = time(period[0]);
    if (period.size() == 2) out.spike = time(period[1]);
    if (period.size() > 2 || (out.spike && *out.spike > out.period))
      fail("\"" + std::string(parts_[2]) + "\" is no period with a spike", "such as 30s/2s");
    if (out.peak.per_second < out.base.per_second)
      fail("a peak below the base", "a peak of at least the base");
    out.length = time(parts_[3]);
    return out;
  }

  bool count(std::size_t wanted, const char* form) {
    if (parts_.size() == wanted) return true;
    fail(std::to_string(parts_.size()) + " parts", form);
    return false;
  }

  load_rate rate(std::string_view text) {
    load_rate out;
    if (!parse_rate(text, out))
      fail("\"" + std::string(text) + "\" is no rate",
           "at most 1000000/s, such as 10/s, 0.5/s or 600/m");
    return out;
  }

  void rates(std::string_view text, load_rate& from, load_rate& to) {
    const auto both = split(text, "..");
    if (both.size() != 2) return fail("\"" + std::string(text) + "\" are no rates", "RATE..RATE");
    from = rate(both[0]);
    to = rate(both[1]);
  }

  core::duration time(std::string_view text) {
    core::duration out{};
    if (!core::parse_duration(text, out) || out < std::chrono::milliseconds(1) || out > longest)
      fail("\"" + std::string(text) + "\" is no time", "1ms to 7d, such as 60s");
    return out;
  }

  void fail(std::string what, const char* expected) {
    if (why_.empty()) why_ = std::move(what) + " (expected " + expected + ")";
  }

  std::string_view text_;
  std::vector<std::string_view> parts_;
  std::string why_;
};

}  // namespace

std::optional<std::vector<load_stage>> parse_load(std::string_view text, std::string& why) {
  std::vector<load_stage> out;
  for (const auto stage : split(text, ",")) {
    std::vector<load_part> parts;
    for (const auto shape : split(stage, "+")) {
      const auto part = shape_reader(shape).read(why);
      if (!part) return std::nullopt;
      parts.push_back(*part);
    }
    auto& into = out.emplace_back();
    if (parts.size() == 1)
      static_cast<load_part&>(into) = parts[0];
    else
      into.sum = std::move(parts);
  }
  if (profile_of(out).count() > 0) return out;
  why = "\"" + std::string(text) + "\" starts nothing (expected a rate above 0)";
  return std::nullopt;
}

}  // namespace probe
