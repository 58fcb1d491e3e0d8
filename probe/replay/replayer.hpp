#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
#include "core/task.hpp"
#include "probe/engine/runner.hpp"
#include "probe/replay/bundle.hpp"

namespace core {
class worker;
}

namespace probe {

/// Which addresses a replay connects to.
enum class replay_addresses {
  pinned,  ///< those that were recorded
  fresh,   ///< whatever names resolve to now
};

/// A bundle made ready to run: everything it needs is there.
struct prepared_replay {
  std::shared_ptr<const scenario> what;
  std::shared_ptr<const probe_setup> setup;
  std::shared_ptr<const replay_values> values;
  bool known_to_sidecar = false;
};

/// Why a bundle cannot be repeated. `missing`: something has to be given (a secret), or was never
/// written down; `broken`: its scenario is none for this program.
struct replay_obstacle {
  enum class kind { missing, broken };
  kind what = kind::missing;
  std::string why;
};

/// Puts the scenario of a bundle together with `setup`, whose targets (over the bundle's) and
/// secrets are used; secrets that it lacks are looked up as `REMORA_SECRET_NAME` in `env`. Nullopt
/// and the obstacle when it cannot be repeated.
std::optional<prepared_replay> prepare_replay(const bundle& from, const probe_setup& setup,
                                              replay_addresses addresses,
                                              const core::environment& env,
                                              replay_obstacle& obstacle);

/// Runs it again.
core::task<run_result> replay_once(core::worker& w, prepared_replay ready);

}  // namespace probe
