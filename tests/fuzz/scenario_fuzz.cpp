#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probe/scenario_reader.hpp"

// Whatever is accepted can run: names fit labels, every step has a check, every reference a value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::bindings constants = [] {
    probe::bindings out;
    core::parse_base_url("http://127.0.0.1:8080", out.targets["base"]);
    out.secrets["token"] = core::secret("t");
    return out;
  }();
  const core::environment none = [](const std::string&) { return std::nullopt; };
  core::problems found;
  const auto list = probe::parse_scenarios("fuzz.yaml", {reinterpret_cast<const char*>(data), size},
                                           constants, found, none);
  if (!found.empty()) return 0;
  if (list.empty()) std::abort();
  for (const auto& s : list) {
    if (s->name.empty() || s->name.size() > 64 || s->steps.empty()) std::abort();
    if (s->interval <= core::duration{} || s->max_running < 1) std::abort();
    for (std::size_t i = 0; i < s->step_count(); ++i) {
      if (!s->at(i).http) std::abort();
      for (const auto* text : texts_of(s->at(i)))
        for (const auto* r : text->references())
          if (r->kind == probe::reference_kind::target && r->name != "base") std::abort();
    }
  }
  return 0;
}
