#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "core/exposition.hpp"
#include "core/http_client.hpp"
#include "core/http_server.hpp"
#include "core/probe_signature.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "tests/support/await.hpp"

namespace tests {

/// A sidecar in front of an application that answers only while `door` is open, and tells in which
/// order requests came to it.
class drill : public ::testing::Test {
 public:
  drill() {
    key_.id = "k";
    key_.key = core::secret(std::string(32, 'k'));
    config.synthetic.emplace().keys = {key_};
    config.inbound.push_back(inbound("in", application()));
  }
  ~drill() override { proxy.reset(); }
  /// Nothing may be under way when the servers go.
  void TearDown() override {
    door.open = true;
    wait_until([&] { return answers.size() == asked_ && door.waiting == 0; });
  }

  static core::deadline soon() { return core::deadline::in(std::chrono::seconds(30), core::now()); }
  sidecar::inbound_config inbound(const char* name, core::address upstream) {
    sidecar::inbound_config out;
    out.name = name;
    out.listen = {"127.0.0.1", 0};
    out.upstream = std::move(upstream);
    out.timeout = std::chrono::seconds(20);
    return out;
  }
  void start() {
    proxy = std::make_unique<sidecar::proxy>(loop.worker(), config, sink, loop.worker().log);
    proxy->start();
  }
  core::address at(const char* name = "in") { return {"127.0.0.1", proxy->port(name)}; }

  core::task<core::http_answer> send(core::outgoing_request request, core::address to) {
    core::http_client client(loop.worker(), {false, to, ""});
    auto answer = co_await client.send(std::move(request), soon());
    EXPECT_TRUE(answer) << answer.error().message();
    if (!answer) co_return core::http_answer{};
    co_return std::move(*answer);
  }
  core::http_answer ask(std::string path, core::header_list headers = {}, const char* to = "in") {
    core::outgoing_request request;
    request.target = std::move(path);
    request.headers = std::move(headers);
    return run(loop, send(std::move(request), at(to)));
  }
  /// Sends a GET in the background; its answer is appended to `answers`.
  void ask_later(std::string path, core::header_list headers = {}) {
    auto body = [](drill& t, std::string target, core::header_list fields) -> core::task<> {
      core::outgoing_request request;
      request.target = std::move(target);
      request.headers = std::move(fields);
      auto answer = co_await t.send(std::move(request), t.at());
      t.answers.push_back(std::move(answer));
    };
    ++asked_;
    loop.worker().start("request", body(*this, std::move(path), std::move(headers)));
  }
  core::header_list signature() {
    std::array<std::uint8_t, 12> nonce{};
    nonce[0] = ++nonces_;
    return {{"remora-probe", core::sign_probe("s", std::time(nullptr), nonce, key_)}};
  }
  template <class Condition>
  void wait_until(Condition condition) {
    EXPECT_TRUE(run(loop, holds(loop.worker(), condition))) << metrics();
  }
  std::string metrics() {
    core::exposition all;
    all.add(std::make_shared<core::shard_source>(proxy->shards()));
    return all.render(core::exposition_format::text);
  }
  bool has_metric(const std::string& line) {
    return metrics().find(line + "\n") != std::string::npos;
  }
  void expect_metric(const std::string& line) {
    EXPECT_TRUE(has_metric(line)) << line << "\nis not in\n" << metrics();
  }

  tests::loop loop;
  gate door{loop.worker()};
  std::string seen;  ///< the paths that reached the application, in order
  std::vector<core::http_answer> answers;
  core::span_sink sink{"test", "0", "i", 1000, true};
  sidecar::sidecar_config config;
  std::unique_ptr<sidecar::proxy> proxy;

 private:
  core::address application() {
    auto answer = [this](const core::server_request& r) -> core::task<core::server_response> {
      seen += r.path;
      core::server_response out;
      out.body = "time:" + std::string(r.header("remora-timeout-ms").value_or("none"));
      const auto passed = co_await door.pass(soon());
      if (!passed) out.status = 500;
      co_return out;
    };
    server_ = std::make_unique<core::http_server>(loop.worker(), answer);
    return {"127.0.0.1", *server_->listen({"127.0.0.1", 0})};
  }
  core::signing_key key_;
  std::uint8_t nonces_ = 0;
  std::size_t asked_ = 0;  // by ask_later
  std::unique_ptr<core::http_server> server_;
};

}  // namespace tests
