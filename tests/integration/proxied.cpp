#include "tests/integration/proxied.hpp"

#include <array>
#include <csignal>
#include <ctime>

#include "core/exposition.hpp"
#include "core/http_client.hpp"
#include "tests/support/raw_server.hpp"

namespace tests {

using namespace std::chrono_literals;

core::server_response echo(const core::server_request& r) {
  core::server_response out;
  out.content_type = "text/plain";
  for (const auto& f : r.head.fields.all())
    out.body += std::string(f.name) + ": " + std::string(f.value) + "\n";
  out.body += std::string(r.method) + " " + std::string(r.path) + " " + std::string(r.body);
  return out;
}

proxied::proxied() {
  // As every program does (core/lifecycle.cpp): OpenSSL writes to sockets whose peer may be gone.
  std::signal(SIGPIPE, SIG_IGN);
  key_.id = "k";
  key_.key = core::secret(std::string(32, 'k'));
  config.synthetic.emplace().keys = {key_};
}

void proxied::TearDown() {
  if (answers.size() < asked_later_) wait_until([this] { return answers.size() == asked_later_; });
}

core::address proxied::app(core::http_handler handler) {
  servers.push_back(std::make_unique<core::http_server>(loop.worker(), std::move(handler)));
  return {"127.0.0.1", *servers.back()->listen({"127.0.0.1", 0})};
}

sidecar::inbound_config proxied::inbound(core::address upstream) {
  sidecar::inbound_config out;
  out.name = "in";
  out.listen = {"127.0.0.1", 0};
  out.upstream = std::move(upstream);
  out.timeout = 20s;
  auto& route = out.routes.emplace_back();
  route.route = "/things/{id}";
  route.thresholds = {10s};
  route.timeout = 20s;
  return out;
}

sidecar::outbound_config proxied::outbound(const char* name, core::address upstream) {
  sidecar::outbound_config out;
  out.name = name;
  out.listen = {"127.0.0.1", 0};
  out.upstream = std::move(upstream);
  return out;
}

std::unique_ptr<sidecar::proxy> proxied::started(const sidecar::sidecar_config& by) {
  auto out = std::make_unique<sidecar::proxy>(loop.worker(), by, sink, loop.worker().log);
  out->start();
  return out;
}

core::address proxied::at(const sidecar::proxy& of, const char* listener) {
  return {"127.0.0.1", of.port(listener)};
}

core::task<core::result<core::http_answer>> proxied::send(core::outgoing_request request,
                                                          core::address to) {
  core::http_client client(loop.worker(), {tls != nullptr, std::move(to), ""}, {}, tls);
  co_return co_await client.send(std::move(request), soon());
}

core::http_answer proxied::ask(core::outgoing_request request, core::address to) {
  auto answer = run(loop, send(std::move(request), std::move(to)));
  EXPECT_TRUE(answer) << answer.error().message();
  return answer ? std::move(*answer) : core::http_answer{};
}

void proxied::ask_later(std::string path, core::header_list headers) {
  auto body = [](proxied& t, core::outgoing_request request) -> core::task<> {
    auto answer = co_await t.send(std::move(request), t.at());
    EXPECT_TRUE(answer) << answer.error().message();
    t.answers.push_back(answer ? std::move(*answer) : core::http_answer{});
  };
  ++asked_later_;
  loop.worker().start("request", body(*this, {"GET", std::move(path), std::move(headers), ""}));
}

core::header_list proxied::signature() {
  const std::array<std::uint8_t, 12> nonce{++nonces_};
  return {{"remora-probe", core::sign_probe("s", std::time(nullptr), nonce, key_)}};
}

core::task<core::dialled> proxied::connect() {
  core::dial_target target{at(), tls, ""};
  auto out = co_await core::dial(loop.worker(), std::move(target), soon());
  if (out.stream) out.stream->expires(soon());
  co_return out;
}

void proxied::as_client(std::function<core::task<>(core::byte_stream&)> play) {
  const auto dialled = run(loop, connect());
  ASSERT_TRUE(dialled.stream) << dialled.error.message();
  loop.run(play(*dialled.stream));
}

std::string proxied::raw(std::string bytes) {
  std::string out;
  as_client([&](core::byte_stream& s) -> core::task<> {
    co_await s.write(bytes);
    out = co_await read_all(s);
  });
  return out;
}

std::string proxied::metrics() const {
  core::exposition all;
  all.add(std::make_shared<core::shard_source>(proxy->shards()));
  all.add(proxy->access_log_source());
  proxy->add_sources(all);
  return all.render(core::exposition_format::text);
}

bool proxied::has_metric(const std::string& line) const {
  return metrics().find(line + "\n") != std::string::npos;
}

void proxied::expect_metric(const std::string& line) const {
  EXPECT_TRUE(has_metric(line)) << line << "\nis not in\n" << metrics();
}

void proxied::await_metric(const std::string& line) {
  SCOPED_TRACE(line);
  wait_until([&] { return has_metric(line); });
}

}  // namespace tests
