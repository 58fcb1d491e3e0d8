#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/tls_context.hpp"
#include "probe/engine/runner.hpp"
#include "probe/engine/step_record.hpp"
#include "probe/format/scenario_reader.hpp"
#include "tests/support/await.hpp"

namespace tests {

/// Runs scenarios of a test once, and says what became of them.
class with_runs : public ::testing::Test {
 protected:
  core::worker& worker() { return loop_.worker(); }

  /// One step that is called `s`; `yaml` is its check and what follows, indented by four.
  probe::run_result run_step(const std::string& yaml, const std::string& timeout = "20s") {
    return run("  - name: s\n" + yaml, timeout);
  }
  probe::run_result run(const std::string& steps, const std::string& timeout = "20s") {
    core::problems found;
    const std::string text = "name: t\ntimeout: 30s\nstep_timeout: " + timeout + "\nsteps:\n";
    auto list = probe::parse_scenarios("t.yaml", text + steps, constants_, found);
    EXPECT_TRUE(found.empty()) << found.to_string();
    if (!found.empty()) return {};
    auto setup = std::make_shared<probe::probe_setup>();
    setup->constants = constants_;
    setup->record_body = 1000;
    probe::run_order order{list[0], std::move(setup), core::now(), false};
    auto values = std::make_shared<probe::replay_values>();
    values->pinned = pinned_;
    if (!pinned_.empty()) order.replay = std::move(values);
    return tests::run(loop_, probe::run_once(worker(), std::move(order)));
  }

  /// `where why` of a failed run, `passed` else.
  static std::string verdict_of(const probe::run_result& r) {
    const auto* failed = r.failure();
    if (!failed) return "passed";
    return std::string(to_label(failed->failure->where)) + " " + to_label(failed->failure->why);
  }
  static std::string detail_of(const probe::run_result& r) {
    return r.failure() ? r.failure()->detail : "";
  }

  loop loop_;
  probe::bindings constants_;
  probe::pinned_addresses pinned_;  ///< as a replay has them
};

}  // namespace tests
