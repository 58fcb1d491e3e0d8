#include "probe/format/scenario_reader.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

const probe::bindings& constants() {
  static const probe::bindings all = [] {
    probe::bindings out;
    core::parse_base_url("http://127.0.0.1:8080", out.targets["base"]);
    out.secrets["token"] = core::secret("t");
    return out;
  }();
  return all;
}

void check_step(const probe::step& step) {
  require(step.http || step.tcp || step.tls || step.dns || step.postgres || step.redis ||
          step.stream);
  require(!step.name.empty());
  for (const auto* text : texts_of(step))
    for (const auto* r : text->references()) {
      if (r->kind == probe::reference_kind::target) require(r->name == "base");
      if (r->kind == probe::reference_kind::secret) require(r->name == "token");
      if (r->kind == probe::reference_kind::match) require(step.tcp && step.tcp->says(*text));
    }
}

}  // namespace

/// Whatever is accepted can run: names fit labels, every step has a check, every reference a value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const core::environment none = [](const std::string&) { return std::nullopt; };
  core::problems found;
  const auto list = probe::parse_scenarios("fuzz.yaml", text, constants(), found, none);
  if (!found.empty()) return 0;
  require(!list.empty());
  for (const auto& s : list) {
    require(!s->name.empty() && s->name.size() <= 64 && !s->steps.empty());
    require(s->interval > core::duration{});
    require(s->most_running(false) >= 1 && s->most_running(true) >= 1);
    for (std::size_t i = 0; i < s->step_count(); ++i) check_step(s->at(i));
  }
  return 0;
}
