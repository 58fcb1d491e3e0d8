#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "core/exposition.hpp"
#include "core/http_client.hpp"
#include "core/http_server.hpp"
#include "core/otlp_encode.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "tests/support/await.hpp"

namespace tests {

/// A data plane on loopback, the applications behind it and a client in front, all on one loop.
class sidecar_fixture : public ::testing::Test {
 public:
  // As every program does (core/lifecycle.cpp): OpenSSL writes to sockets whose peer may be gone.
  sidecar_fixture() { std::signal(SIGPIPE, SIG_IGN); }
  ~sidecar_fixture() override { proxy.reset(); }

  static core::deadline soon() { return core::deadline::in(std::chrono::seconds(30), core::now()); }
  /// Answers with the request's header fields, a line each, and its body.
  static core::server_response echo(const core::server_request& r) {
    core::server_response out;
    out.content_type = "text/plain";
    for (const auto& f : r.head.fields.all())
      out.body += std::string(f.name) + ": " + std::string(f.value) + "\n";
    out.body += std::string(r.body);
    return out;
  }
  core::address app(core::http_handler handler = core::immediate(echo)) {
    servers.push_back(std::make_unique<core::http_server>(loop.worker(), std::move(handler)));
    return {"127.0.0.1", *servers.back()->listen({"127.0.0.1", 0})};
  }
  /// A listener named `in` with the route `/things/{id}`.
  static sidecar::inbound_config inbound(core::address upstream) {
    sidecar::inbound_config out;
    out.name = "in";
    out.listen = {"127.0.0.1", 0};
    out.upstream = std::move(upstream);
    sidecar::route_config route;
    route.route = "/things/{id}";
    out.routes.push_back(route);
    return out;
  }
  void start() {
    proxy = std::make_unique<sidecar::proxy>(loop.worker(), config, sink, loop.worker().log);
    proxy->start();
  }
  core::address at(const char* name = "in") const { return {"127.0.0.1", proxy->port(name)}; }

  /// One request over a connection of its own; status 0 when there was no answer.
  core::http_answer ask(core::outgoing_request request,
                        std::shared_ptr<const core::tls_context> tls = nullptr) {
    core::http_answer out;
    auto body = [](sidecar_fixture& f, core::outgoing_request r,
                   std::shared_ptr<const core::tls_context> secured,
                   core::http_answer& o) -> core::task<> {
      auto answer = co_await f.ask_once(std::move(r), std::move(secured));
      if (answer) o = std::move(*answer);
    };
    loop.run(body(*this, std::move(request), std::move(tls), out));
    return out;
  }
  core::task<core::result<core::http_answer>> ask_once(
      core::outgoing_request request, std::shared_ptr<const core::tls_context> tls) {
    core::http_client client(loop.worker(), {tls != nullptr, at(), ""}, {}, tls);
    co_return co_await client.send(std::move(request), soon());
  }
  std::string metrics() const {
    core::exposition all;
    all.add(std::make_shared<core::shard_source>(proxy->shards()));
    proxy->add_sources(all);
    return all.render(core::exposition_format::text);
  }
  bool exposes(const std::string& line) const {
    return metrics().find(line + "\n") != std::string::npos;
  }
  template <class Condition>
  bool comes_true(Condition condition) {
    return run(loop, holds(loop.worker(), std::move(condition)));
  }

  tests::loop loop;
  core::span_sink sink{"test", "0", "i", 1000, true};
  sidecar::sidecar_config config;
  std::vector<std::unique_ptr<core::http_server>> servers;
  std::unique_ptr<sidecar::proxy> proxy;
};

}  // namespace tests
