#include "core/document.hpp"
#include "probe/blackbox/compiled_module.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;
namespace blackbox = probe::blackbox;

namespace {

/// As it is shown; empty when the text is refused.
std::string shown(std::string_view text) {
  core::problems found;
  const auto file = core::document::parse("fuzz.yml", text, found);
  if (!found.empty()) return {};
  const auto config = blackbox::read_file(file, found);
  if (!found.empty()) return {};
  for (const auto& [name, module] : config.modules)
    if (module.prober == blackbox::prober_kind::dns) require(!module.dns.query_name.empty());
  blackbox::notes_on(config);
  return blackbox::show_file(config);
}

}  // namespace

/// What is accepted is shown as a file that is accepted, too. Once what the real one leaves out (a
/// false whose default is true) has become its default, it reads alike.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string once = shown(fuzz::text_of(data, size));
  if (once.empty()) return 0;
  const std::string twice = shown(once);
  require(!twice.empty() && shown(twice) == twice);
  return 0;
}
