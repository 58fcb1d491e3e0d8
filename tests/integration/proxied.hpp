#pragma once

#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "core/http_client.hpp"
#include "core/http_server.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/scripted_server.hpp"

namespace tests {

using namespace std::chrono_literals;

inline core::deadline soon(core::duration d = 30s) {
  return core::deadline::in(d, core::now());
}

inline core::dial_target plain(core::address to) {
  return {std::move(to), nullptr, ""};
}

/// Says what reached it.
inline core::server_response echo(const core::server_request& r) {
  core::server_response out;
  out.content_type = "text/plain";
  for (const auto& f : r.head.fields.all())
    out.body += std::string(f.name) + ": " + std::string(f.value) + "\n";
  out.body += std::string(r.method) + " " + std::string(r.path) + " " + std::string(r.body);
  return out;
}

/// A sidecar in process, before upstreams in process; everything on the loop of the test.
class proxied : public ::testing::Test {
 public:
  ~proxied() override { proxy.reset(); }

  core::address app(core::http_handler handler = core::immediate(echo)) {
    servers.push_back(std::make_unique<core::http_server>(loop.worker(), std::move(handler)));
    return {"127.0.0.1", *servers.back()->listen({"127.0.0.1", 0})};
  }
  sidecar::inbound_config inbound(core::address upstream) {
    sidecar::inbound_config out;
    out.name = "in";
    out.listen = {"127.0.0.1", 0};
    out.upstream = upstream;
    out.timeout = 20s;
    sidecar::route_config route;
    route.route = "/things/{id}";
    route.thresholds = {10s};
    route.timeout = 20s;
    out.routes.push_back(route);
    return out;
  }
  void start() {
    proxy = std::make_unique<sidecar::proxy>(loop.worker(), config, sink, loop.worker().log);
    proxy->start();
  }
  core::address at(const char* name = "in") { return {"127.0.0.1", proxy->port(name)}; }

  core::http_answer ask(core::outgoing_request request, const char* listener = "in") {
    core::http_answer out;
    auto body = [](core::worker& w, core::address to, core::outgoing_request r,
                   core::http_answer& o) -> core::task<> {
      core::http_client client(w, {false, to, ""});
      auto answer = co_await client.send(std::move(r), soon());
      EXPECT_TRUE(answer) << answer.error().message();
      if (answer) o = std::move(*answer);
    };
    loop.run(body(loop.worker(), at(listener), std::move(request), out));
    return out;
  }
  std::string raw(std::string bytes) {
    std::string out;
    auto body = [](core::worker& w, core::address to, std::string text,
                   std::string& o) -> core::task<> {
      auto dialled = co_await core::dial(w, plain(to), soon());
      co_await dialled.stream->write(text);
      char piece[4096];
      while (auto got = co_await dialled.stream->read_some(piece)) o.append(piece, *got);
    };
    loop.run(body(loop.worker(), at(), std::move(bytes), out));
    return out;
  }
  std::string metrics() {
    core::exposition all;
    all.add(std::make_shared<core::shard_source>(proxy->shards()));
    proxy->add_sources(all);
    return all.render(core::exposition_format::text);
  }
  void expect_metric(const std::string& line) {
    const auto text = metrics();
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nis not in\n" << text;
  }

  tests::loop loop;
  core::span_sink sink{"test", "0", "i", 1000, true};
  sidecar::sidecar_config config;
  std::vector<std::unique_ptr<core::http_server>> servers;
  std::unique_ptr<sidecar::proxy> proxy;
};

}  // namespace tests
