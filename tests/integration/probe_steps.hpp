#pragma once

#include <gtest/gtest.h>

#include "core/tls_context.hpp"
#include "probe/commands/setup.hpp"
#include "probe/engine/runner.hpp"
#include "probe/engine/step_record.hpp"
#include "probe/format/scenario_reader.hpp"
#include "tests/support/await.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/scripted_server.hpp"

namespace tests {

/// Runs the steps of a scenario against servers of the test, and keeps what they saw.
class probe_steps : public ::testing::Test {
 public:
  core::worker& worker() { return loop.worker(); }

  void target(const std::string& name, const core::address& where, bool tls = false) {
    setup.constants.targets[name] = core::base_url{tls, where, ""};
  }

  /// `steps` is the YAML below `steps:`; `more` further keys of the scenario.
  probe::run_result run(const std::string& steps, const std::string& more = "") {
    core::problems found;
    list =
        probe::parse_scenarios("t.yaml", "name: t\nstep_timeout: 5s\n" + more + "steps:\n" + steps,
                               setup.constants, found);
    auto used = std::make_shared<probe::probe_setup>(setup);
    used->record_body = 1'000'000;
    if (found.empty()) {
      used->tls.prepare_general();
      probe::prepare_tls(*list[0], *used, found);
    }
    EXPECT_TRUE(found.empty()) << found.to_string();
    if (!found.empty()) return {};
    probe::run_order order{list[0], std::move(used), core::now()};
    auto values = std::make_shared<probe::replay_values>();
    values->pinned = pinned;
    if (!pinned.empty()) order.replay = std::move(values);
    return tests::run(loop, probe::run_once(worker(), std::move(order)));
  }

  /// `passed`, or `step: where why`.
  static std::string verdict(const probe::run_result& r) {
    const auto* failed = r.failure();
    if (!failed) return "passed";
    return r.scenario->at(failed->index).name + ": " + to_label(failed->failure->where) + " " +
           to_label(failed->failure->why);
  }
  static std::string detail(const probe::run_result& r) {
    return r.passed() ? "" : r.failure()->detail;
  }
  /// What the last attempt of a step saw.
  static const probe::check_result& seen(const probe::run_result& r, std::size_t step = 0) {
    return r.steps.at(step).record->last;
  }

  tests::loop loop;
  probe::probe_setup setup;
  probe::scenario_list list;
  probe::pinned_addresses pinned;  ///< as a replay has them
};

/// A TLS server that answers the head of every request with `answer`, and closes when that is "".
class tls_server {
 public:
  tls_server(core::worker& w, const certificate_authority::issued& leaf, std::string answer,
             const std::string& client_ca = "")
      : context_(core::tls_context::server({leaf.certificate, leaf.key, client_ca})),
        answer_(std::move(answer)),
        server_(w, [this](core::byte_stream& s) { return serve(s, context_, answer_, &peers_); }) {}

  core::address where() const { return server_.where(); }
  /// Identities of the clients that shook hands.
  const std::vector<std::string>& peers() const { return peers_; }

 private:
  static core::task<> serve(core::byte_stream& s, std::shared_ptr<const core::tls_context> context,
                            std::string answer, std::vector<std::string>* peers) {
    s.expires(soon());
    const auto secured = co_await s.secure(std::move(context), "");
    if (!secured) co_return;
    peers->emplace_back(s.peer_identity());
    while (!answer.empty()) {
      const auto head = co_await read_until(s, "\r\n\r\n");
      if (!head.ends_with("\r\n\r\n")) co_return;
      const auto sent = co_await s.write(answer);
      if (!sent) co_return;
    }
  }

  std::shared_ptr<const core::tls_context> context_;
  std::string answer_;
  std::vector<std::string> peers_;
  raw_server server_;
};

}  // namespace tests
