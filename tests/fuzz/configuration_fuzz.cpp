#include <string>

#include "api/config.hpp"
#include "probe/config.hpp"
#include "sidecar/config/fault_config.hpp"
#include "sidecar/config/sidecar_config.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// One variable is set, so that references can be read.
const core::environment& environment() {
  static const core::environment one = [](const std::string& name) -> std::optional<std::string> {
    if (name != "SECRET") return std::nullopt;
    return "0123456789abcdef0123456789abcdef";
  };
  return one;
}

template <class T>
std::string shown(std::string_view text, core::problems& found) {
  const auto document = core::document::parse("fuzz.yaml", text, found);
  const auto value = core::read_config<T>(document, found, environment());
  return found.empty() ? core::table_of<T>().show(&value) : std::string();
}

/// A configuration that is good is shown in a form that says the same, secrets apart.
template <class T>
void check(std::string_view text) {
  core::problems found;
  const auto first = shown<T>(text, found);
  for (const auto& p : found.list()) require(!p.what.empty() && p.line >= 0);
  if (!found.empty()) return;
  // `<secret>` is none, and what is shown of `$${` would be read as a reference.
  if (first.find("<secret>") != first.npos || first.find("${") != first.npos) return;
  core::problems none;
  require(shown<T>(first, none) == first && none.empty());
}

}  // namespace

/// The first byte chooses the program whose configuration the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  // Files of this machine are no part of an input.
  if (text.find("file:") != text.npos) return 0;
  switch (fuzz::take_byte(text)) {
    case 'p': check<probe::probe_config>(text); break;
    case 'a': check<api::securities_config>(text); break;
    case 'w': check<api::worker_config>(text); break;
    case 'f': check<sidecar::fault_request>(text); break;
    default: check<sidecar::sidecar_config>(text);
  }
  return 0;
}
