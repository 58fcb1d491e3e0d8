#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/load/load_config.hpp"

namespace probe {

/// The load shapes of `--load`, in short:
///
///   load   = stage *( "," stage )      one after the other
///   stage  = shape *( "+" shape )      at the same time
///   shape  = "constant:"    RATE ":" FOR
///          / "linear:"      RATE ".." RATE ":" FOR
///          / "incremental:" RATE ".." RATE ":" STEPS "x" EACH
///          / "wave:"        RATE ".." RATE ":" PERIOD [ "/" SPIKE ] ":" FOR
///
/// `linear:1/s..100/s:60s,constant:100/s:2m`. Nullopt for anything else, and `why` says what is
/// wrong and what would be right.
std::optional<std::vector<load_stage>> parse_load(std::string_view text, std::string& why);

}  // namespace probe
