#pragma once

#include <cstdint>
#include <string>

#include "core/config_reader.hpp"

/// Values as blackbox_exporter's configuration writes them, where they differ from our own.
namespace probe::blackbox {

/// Go's time.Duration: `5s`, `1m30s`, `0.5s`.
struct go_duration {
  core::duration value{};
};
/// False, and `out` unchanged, when the text is none.
bool parse_go_duration(std::string_view text, core::duration& out);

/// A number of bytes by powers of 1024, also as `10MB`.
struct base2_size {
  std::uint64_t bytes = 0;
};

/// A credential written out: taken letter by letter, shown as `<secret>`.
struct credential {
  std::string text;
};

/// The place of a key that is known, and refused with its reason whatever its value: the probe
/// would be a different one without it.
struct unsupported {
  const char* why = "";
};

}  // namespace probe::blackbox

template <>
const core::value_kind& core::kind_of<probe::blackbox::go_duration>();
template <>
const core::value_kind& core::kind_of<probe::blackbox::base2_size>();
template <>
const core::value_kind& core::kind_of<probe::blackbox::credential>();
template <>
const core::value_kind& core::kind_of<probe::blackbox::unsupported>();
