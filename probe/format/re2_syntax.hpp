#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace probe {

/// An expression in the syntax of RE2 (that of Go's regexp,
/// https://github.com/google/re2/wiki/Syntax) written in Perl's as Boost.Regex reads it. Nullopt
/// when it is none, or uses what cannot be had here (classes of Unicode properties, letters beyond
/// ASCII in a class), and `why` says what. Texts are matched by bytes: `.` takes one of a
/// character's bytes.
std::optional<std::string> perl_from_re2(std::string_view re2, std::string& why);

}  // namespace probe
