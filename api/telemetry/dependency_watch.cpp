#include "api/telemetry/dependency_watch.hpp"

#include <optional>

#include "core/log.hpp"

namespace api {
namespace {

constexpr core::duration interval = std::chrono::seconds(1);
constexpr core::duration patience = std::chrono::seconds(2);

}  // namespace

core::task<> watch_dependency(core::worker& w, std::string name, dependency_question ask,
                              core::readiness::condition* ready) {
  std::optional<bool> before;
  for (;;) {
    auto answer = co_await ask(core::deadline::in(patience, core::now()));
    const bool there = answer.has_value();
    if (ready) ready->report(there);
    if (before != there) {
      if (there)
        w.log.info("dependency is there", {{"dependency", name}});
      else
        w.log.error("dependency is not there",
                    {{"dependency", name}, {"error", answer.error().message()}});
    }
    before = there;
    co_await core::sleep_for(w, interval);
  }
}

}  // namespace api
