#pragma once

#include <optional>
#include <vector>

#include "core/config_reader.hpp"
#include "probe/load/load_profile.hpp"

/// Load shapes as they are written in a scenario. The tables in load_config.cpp are the format.
namespace probe {

/// Starts a second: `10/s`, `0.5/s`, `600/m`, `1000/h`.
struct load_rate {
  double per_second = 0;
};
inline constexpr double highest_rate = 1e6;

/// False, and `out` unchanged, for what is no rate or above a million a second.
bool parse_rate(std::string_view text, load_rate& out);
/// The shortest exact spelling: `0.5/s`.
std::string format_rate(load_rate rate);

struct constant_load {
  load_rate rate;
  core::duration length{};
  static void describe(core::fields<constant_load>& f);
};

struct linear_load {
  load_rate from, to;
  core::duration length{};
  static void describe(core::fields<linear_load>& f);
};

struct incremental_load {
  load_rate from, to;
  std::int64_t steps = 0;
  core::duration each{};
  static void describe(core::fields<incremental_load>& f);
};

struct wave_load {
  load_rate base, peak;
  core::duration period{};
  std::optional<core::duration> spike;
  core::duration length{};
  static void describe(core::fields<wave_load>& f);
};

/// The one member that is set is the shape.
struct load_part {
  std::optional<constant_load> constant;
  std::optional<linear_load> linear;
  std::optional<incremental_load> incremental;
  std::optional<wave_load> wave;
  static void describe(core::fields<load_part>& f);
};

/// One part, or several at the same time.
struct load_stage : load_part {
  std::vector<load_part> sum;
  static void describe(core::fields<load_stage>& f);
};

/// The profile of stages one after the other, which `describe` has found to be right.
load_profile profile_of(const std::vector<load_stage>& stages);

}  // namespace probe
