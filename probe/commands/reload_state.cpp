#include "probe/commands/reload_state.hpp"

#include "core/exposition.hpp"

namespace probe {

void reload_state::note(bool succeeded) noexcept {
  succeeded_ = succeeded;
  if (succeeded) loaded_at_ = core::now();
}

void reload_state::write(core::exposition_writer& out, const core::wall_clock& wall) const {
  constexpr core::metric_family successful{
      "remora_probe_config_last_reload_successful",
      "Whether the last time that configuration and scenarios were read they had no problem.",
      core::metric_type::gauge};
  constexpr core::metric_family timestamp{
      "remora_probe_config_last_reload_success_timestamp_seconds",
      "When what is in force was read, Unix time.", core::metric_type::gauge};
  if (out.family(successful)) out.gauge("", succeeded_ ? 1 : 0);
  if (out.family(timestamp)) out.gauge("", wall.unix_seconds(loaded_at_));
}

}  // namespace probe
