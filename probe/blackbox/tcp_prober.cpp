// The tcp prober: connects, and talks in lines as the module says.
#include <boost/asio/ip/address.hpp>

#include "core/byte_stream.hpp"
#include "core/dialer.hpp"
#include "core/worker.hpp"
#include "probe/blackbox/http_target.hpp"
#include "probe/blackbox/line_scanner.hpp"
#include "probe/blackbox/prober.hpp"

namespace probe::blackbox {
namespace {

constexpr std::size_t most_shown = 256;  // bytes of a line in the log

class tcp_probe {
 public:
  explicit tcp_probe(probe_run& run) : run_(run), tcp_(run.module.config.tcp) {}

  core::task<bool> go() {
    run_.values.begin({gauge::failed_due_to_regex});
    if (!co_await connect()) {
      run_.log.error(core::now(), "Error dialing TCP");
      co_return false;
    }
    run_.log.info(core::now(), "Successfully dialed");
    if (stream_->is_secure()) show_tls(*stream_, run_.values);
    std::int64_t number = 0;
    for (const auto& step : tcp_.query_response) {
      run_.log.info(core::now(), "Processing query response entry", {{"entry_number", number}});
      ++number;
      const bool went = co_await perform(step);
      if (!went) co_return false;
    }
    co_return true;
  }

 private:
  core::task<bool> connect() {
    core::address where;
    if (!split_host_port(run_.target, where.host, where.port)) {
      run_.log.error(core::now(), "Error splitting target address and port");
      co_return false;
    }
    auto chosen = co_await choose_address(run_, tcp_, where.host);
    if (!chosen.address) {
      run_.log.error(core::now(), "Error resolving address");
      co_return false;
    }
    server_name_ = tcp_.tls_config.server_name;
    if (server_name_.empty()) server_name_ = run_.hostname.empty() ? where.host : run_.hostname;
    core::dial_target to{where, tcp_.tls ? run_.module.tls : nullptr, server_name_};
    to.fixed = chosen.address;
    to.explain = true;
    if (!tcp_.source_ip_address.empty()) {
      to.source = boost::asio::ip::make_address(tcp_.source_ip_address);
      run_.log.info(core::now(), "Using local address", {{"srcIP", tcp_.source_ip_address}});
    }
    run_.log.info(core::now(), tcp_.tls ? "Dialing TCP with TLS" : "Dialing TCP without TLS");
    auto dialled = co_await core::dial(run_.worker, std::move(to), run_.until);
    stream_ = std::move(dialled.stream);
    if (!stream_)
      run_.log.error(core::now(), "Error connecting",
                     {{"err", core::to_label(core::classify(dialled.error))},
                      {"address", dialled.peer},
                      {"detail", dialled.tls ? dialled.tls->error : std::string()}});
    else
      stream_->expires(run_.until);
    co_return stream_ != nullptr;
  }

  core::task<bool> perform(const query_response& step) {
    std::string send = step.send;
    if (!step.expect.empty()) {
      re2_pattern::groups groups;
      const bool seen = co_await expect(step.expect, groups);
      if (!seen) co_return false;
      send = groups.expand(send);
      if (!step.labels.empty()) run_.values.expect_info.emplace_back();
      for (const auto& label : step.labels)
        run_.values.expect_info.back().emplace_back(label.name, groups.expand(label.value));
    }
    if (!send.empty()) {
      send += '\n';
      auto sent = co_await stream_->write(send);
      if (!sent) {
        run_.log.error(core::now(), "Failed to send",
                       {{"err", core::to_label(core::classify(sent.error()))}});
        co_return false;
      }
    }
    if (!step.starttls) co_return true;
    co_return co_await start_tls();
  }

  /// Reads lines until one matches; the groups are views into the line, kept in `line_`.
  core::task<bool> expect(const re2_pattern& wanted, re2_pattern::groups& groups) {
    bool matched = false;
    while (!matched) {
      auto line = co_await lines_.next(*stream_);
      if (!line) break;
      line_ = *std::move(line);
      matched = wanted.search(line_, &groups) == re2_pattern::outcome::yes;
    }
    if (const auto error = lines_.error()) {
      run_.log.error(core::now(), "Error reading from connection",
                     {{"err", core::to_label(core::classify(error))}});
      co_return false;
    }
    run_.values.set(gauge::failed_due_to_regex, matched ? 0 : 1);
    const auto shown = std::string_view(line_).substr(0, most_shown);
    if (matched)
      run_.log.info(core::now(), "Regexp matched", {{"regexp", wanted.source()}, {"line", shown}});
    else
      run_.log.error(core::now(), "Regexp did not match",
                     {{"regexp", wanted.source()}, {"line", shown}});
    co_return matched;
  }

  core::task<bool> start_tls() {
    core::tls_facts failed;
    auto secured = co_await stream_->secure(run_.module.tls, server_name_, &failed);
    if (!secured) {
      run_.log.error(
          core::now(), "TLS Handshake (client) failed",
          {{"err", core::to_label(core::classify(secured.error()))}, {"detail", failed.error}});
      co_return false;
    }
    run_.log.info(core::now(), "TLS Handshake (client) succeeded.");
    lines_ = {};
    show_tls(*stream_, run_.values);
    co_return true;
  }

  probe_run& run_;
  const tcp_settings& tcp_;
  std::unique_ptr<core::byte_stream> stream_;
  std::string server_name_;
  line_scanner lines_;
  std::string line_;
};

}  // namespace

core::task<bool> probe_tcp(probe_run& run) {
  tcp_probe probe(run);
  co_return co_await probe.go();
}

}  // namespace probe::blackbox
