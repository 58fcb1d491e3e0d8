#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/dialer.hpp"
#include "core/http_exchange.hpp"
#include "core/http_server.hpp"
#include "core/probe_signature.hpp"
#include "core/span_sink.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "tests/support/await.hpp"

namespace tests {

/// Answers with the request's header fields, a line each, and then its method, path and body.
core::server_response echo(const core::server_request& r);

/// A sidecar's data plane on loopback, the applications behind it and a client in front, all on the
/// loop of the test. Tests write `config`, start it, and ask.
class proxied : public ::testing::Test {
 public:
  proxied();
  /// Answers to `ask_later` are awaited: nothing may be under way when the servers go.
  void TearDown() override;

  /// One more application, and where it listens.
  core::address app(core::http_handler handler = core::immediate(echo));
  /// A listener named `in` with the route `/things/{id}`, patient enough for a busy machine.
  static sidecar::inbound_config inbound(core::address upstream);
  static sidecar::outbound_config outbound(const char* name, core::address upstream);
  void start() { proxy = started(config); }
  /// One more sidecar, of another configuration.
  std::unique_ptr<sidecar::proxy> started(const sidecar::sidecar_config& by);
  core::address at(const char* listener = "in") const { return at(*proxy, listener); }
  static core::address at(const sidecar::proxy& of, const char* listener);

  /// One request over a connection of its own, with `tls`.
  core::task<core::result<core::http_answer>> send(core::outgoing_request request,
                                                   core::address to);
  /// The answer to such a request, which has to come.
  core::http_answer ask(core::outgoing_request request, core::address to);
  core::http_answer ask(core::outgoing_request request) { return ask(std::move(request), at()); }
  core::http_answer ask(std::string path, core::header_list headers = {}) {
    return ask({"GET", std::move(path), std::move(headers), ""});
  }
  /// Sends a GET in the background; its answer is appended to `answers`.
  void ask_later(std::string path, core::header_list headers = {});
  /// What makes the next request one of a probe.
  core::header_list signature();

  /// A connection of the client, with `tls`.
  core::task<core::dialled> connect();
  /// Such a connection, as a coroutine of the test.
  void as_client(std::function<core::task<>(core::byte_stream&)> play);
  /// Sends these bytes and gives all that comes until the sidecar closes.
  std::string raw(std::string bytes);

  std::string metrics() const;
  bool has_metric(const std::string& line) const;
  void expect_metric(const std::string& line) const;
  void await_metric(const std::string& line);
  template <class Condition>
  void wait_until(Condition condition) {
    EXPECT_TRUE(run(loop, holds(loop.worker(), std::move(condition)))) << metrics();
  }

  tests::loop loop;
  core::span_sink sink{"test", "0", "i", 100'000, true};
  sidecar::sidecar_config config;
  std::shared_ptr<const core::tls_context> tls;  ///< of the client; null: it speaks plain HTTP
  std::vector<core::http_answer> answers;
  std::vector<std::unique_ptr<core::http_server>> servers;
  std::unique_ptr<sidecar::proxy> proxy;

 private:
  core::signing_key key_;
  std::uint8_t nonces_ = 0;
  std::size_t asked_later_ = 0;
};

}  // namespace tests
