#include "sidecar/proxy/discovery.hpp"

#include <algorithm>

#include "core/log.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family lookups_total{"remora_dns_lookups_total",
                                            "Look-ups of upstreams' names, by result.",
                                            core::metric_type::counter};
constexpr core::metric_family last_success{
    "remora_dns_last_success_timestamp_seconds",
    "When an upstream's name last led to targets, Unix time; 0: never.", core::metric_type::gauge};

constexpr std::array<const char*, 5> result_labels = {"ok", "not_found", "timed_out", "malformed",
                                                      "failed"};

std::size_t label_of(const core::error_code& error) noexcept {
  switch (core::classify(error)) {
    case core::errc::name_not_found: return 1;
    case core::errc::timed_out: return 2;
    case core::errc::malformed: return 3;
    default: return 4;
  }
}

struct found_targets {
  std::vector<upstream_target> targets;
  std::uint32_t ttl = 0x7fffffff;  // seconds
};

}  // namespace

/// The asking itself, which goes on for a moment after the discovery is gone.
class discovery::lookups {
 public:
  lookups(core::worker& w, const dns_config& config, bool reports)
      : worker_(w),
        config_(config),
        reports_(reports),
        resolver_(w, core::resolver_config{config.servers, config.timeout, 2}) {
    for (std::size_t i = 0; i < counters_.size(); ++i)
      counters_[i] = &w.metrics.counter(lookups_total, {{"result", result_labels[i]}});
  }
  bool reports() const noexcept { return reports_; }

  /// Keeps a name fresh as long as both it and the asking are there.
  static core::task<> keep_fresh(core::worker& w, std::weak_ptr<lookups> asking,
                                 std::weak_ptr<watched_name> watched) {
    for (;;) {
      core::duration pause{};
      {
        const auto self = asking.lock();
        const auto name = watched.lock();
        if (!self || !name) co_return;
        const auto found = co_await self->find(name->what());
        pause = self->tell(*name, found);
      }
      co_await core::sleep_for(w, pause);
    }
  }

 private:
  core::task<core::result<found_targets>> find(service_name what) {
    return what.srv ? find_service(what.host) : find_host(what.host, what.port);
  }
  core::task<core::result<found_targets>> find_host(std::string host, std::uint16_t port) {
    const auto answer = co_await resolver_.host(host);
    count(answer);
    if (!answer) co_return answer.error();
    found_targets out;
    out.targets = targets_of(answer->addresses, port);
    out.ttl = answer->ttl;
    co_return out;
  }
  core::task<core::result<found_targets>> find_service(std::string name) {
    const auto answer = co_await resolver_.srv(name);
    count(answer);
    if (!answer) co_return answer.error();
    found_targets out;
    out.ttl = answer->ttl;
    for (const auto& record : answer->records) {
      const auto host = co_await resolver_.host(record.target);
      count(host);
      if (!host) {
        // One target without an address is no reason to lose the others.
        if (core::classify(host.error()) == core::errc::name_not_found) continue;
        co_return host.error();
      }
      out.ttl = std::min(out.ttl, host->ttl);
      for (const auto& address : host->addresses)
        out.targets.push_back({record.priority, record.weight, {address, record.port}});
    }
    if (out.targets.empty()) co_return core::errc::name_not_found;
    out.targets = in_order(std::move(out.targets));
    co_return out;
  }

  template <class T>
  void count(const core::result<T>& answer) noexcept {
    counters_[answer ? 0 : label_of(answer.error())]->add();
  }

  /// Publishes what was found; how long it is good for.
  core::duration tell(watched_name& name, const core::result<found_targets>& found) {
    if (!found) {
      worker_.log.warning("name not resolved", {{"name", name.what().to_string()},
                                                {"error", found.error().message()},
                                                {"targets_kept", name.targets().size()}});
      name.publish_failure();
      return config_.min_ttl;
    }
    if (reports_)
      worker_.metrics.gauge(last_success, {{"name", name.what().to_string()}})
          .set(worker_.wall.unix_seconds(core::now()));
    name.publish(found->targets);
    return std::clamp<core::duration>(std::chrono::seconds(found->ttl), config_.min_ttl,
                                      config_.max_ttl);
  }

  core::worker& worker_;
  dns_config config_;
  bool reports_;
  core::resolver resolver_;
  std::array<core::counter_cell*, result_labels.size()> counters_{};
};

discovery::discovery(core::worker& w, const dns_config& config, bool reports)
    : worker_(w), lookups_(std::make_shared<lookups>(w, config, reports)) {}

discovery::~discovery() = default;

bool discovery::reports() const noexcept {
  return lookups_->reports();
}

std::shared_ptr<watched_name> discovery::watch(const service_name& name) {
  auto& known = names_[name.to_string()];
  if (auto there = known.lock()) return there;
  const auto fresh = std::make_shared<watched_name>(worker_, name);
  known = fresh;
  if (reports()) worker_.metrics.gauge(last_success, {{"name", name.to_string()}});
  worker_.start("look up", lookups::keep_fresh(worker_, lookups_, fresh));
  return fresh;
}

}  // namespace sidecar
