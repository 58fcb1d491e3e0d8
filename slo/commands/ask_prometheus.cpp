#include "slo/commands/ask_prometheus.hpp"

#include <exception>
#include <iostream>
#include <optional>

#include "core/command_line.hpp"
#include "core/log.hpp"
#include "core/worker.hpp"

namespace slo {

namespace {

using question = std::function<core::task<>(prometheus_client&)>;

core::task<> ask(core::worker& w, const core::base_url& where, const question& body,
                 std::exception_ptr& failed) {
  try {
    prometheus_client client(w, where);
    co_await body(client);
  } catch (...) {
    failed = std::current_exception();
  }
  w.stop();
}

}  // namespace

void ask_prometheus(const core::base_url& where, const question& body) {
  core::logger log("remora-slo", core::log_level::warning);
  core::worker w(log);
  std::exception_ptr failed;
  w.start("ask", ask(w, where, body, failed));
  w.run();
  if (failed) std::rethrow_exception(failed);
}

collected collect_now(const core::base_url& where, const std::vector<objective>& objectives,
                      collection wanted) {
  std::optional<collected> out;
  const question body = [&](prometheus_client& client) -> core::task<> {
    out.emplace(co_await collect(client, objectives, wanted));
  };
  ask_prometheus(where, body);
  return std::move(*out);
}

int unreachable(const core::base_url& where, const prometheus_failure& why) {
  std::cerr << "remora-slo: Prometheus at " << where.to_string() << ": " << why.what << "\n";
  return core::exit_unavailable;
}

}  // namespace slo
