#include "probe/discovery/discovery.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "core/log.hpp"
#include "core/resolver.hpp"
#include "core/worker.hpp"
#include "probe/discovery/file_sd.hpp"

namespace probe {
namespace {

std::string key_of(const srv_source& source) {
  std::string out = source.name;
  for (const auto& server : source.servers) out += ' ' + server.to_string();
  return out + ' ' + core::format_duration(source.min_ttl) + ' ' +
         core::format_duration(source.max_ttl);
}

std::vector<found_target> targets_in(const core::srv_answer& answer) {
  std::vector<found_target> out;
  for (const auto& record : answer.records) {
    found_target target;
    target.address = {record.target, record.port};
    target.labels = {{"priority", std::to_string(record.priority)},
                     {"weight", std::to_string(record.weight)}};
    out.push_back(std::move(target));
  }
  return out;
}

}  // namespace

std::vector<std::string> target_files(const scenario& s) {
  std::vector<std::string> out;
  if (!s.targets) return out;
  const auto folder = std::filesystem::path(s.file).parent_path();
  for (const auto& file : s.targets->files) out.push_back((folder / file).string());
  return out;
}

/// One service, looked up again and again while it is wanted.
class discovery::service {
 public:
  service(core::worker& w, srv_source source)
      : source_(std::move(source)),
        resolver_(w, core::resolver_config{source_.servers, std::chrono::seconds(2), 2}) {}

  const std::string& name() const noexcept { return source_.name; }
  const std::vector<found_target>& targets() const noexcept { return targets_; }
  bool asked() const noexcept { return asked_; }
  void stop() noexcept { wanted_ = false; }

  using teller = std::function<void(bool good, bool changed, const core::error_code& error)>;

  static core::task<> keep_fresh(core::worker& w, std::shared_ptr<service> self, teller tell) {
    while (self->wanted_) {
      const auto answer = co_await self->resolver_.srv(self->source_.name);
      if (!self->wanted_) co_return;
      const auto pause = self->take(answer, tell);
      // A day's sleep must not outlive a reload for long.
      const auto again = core::now() + pause;
      while (self->wanted_ && core::now() < again)
        co_await core::sleep_until(w, std::min(again, core::now() + std::chrono::seconds(1)));
    }
  }

 private:
  core::duration take(const core::result<core::srv_answer>& answer, const teller& tell) {
    asked_ = true;
    if (!answer) {
      tell(false, false, answer.error());
      return source_.min_ttl;
    }
    auto now_there = targets_in(*answer);
    const bool changed = now_there != targets_;
    targets_ = std::move(now_there);
    tell(true, changed, {});
    return std::clamp<core::duration>(std::chrono::seconds(answer->ttl), source_.min_ttl,
                                      source_.max_ttl);
  }

  srv_source source_;
  core::resolver resolver_;
  std::vector<found_target> targets_;
  bool wanted_ = true;
  bool asked_ = false;
};

discovery::discovery(core::worker& w, discovery_metrics& metrics, shard part)
    : worker_(w), metrics_(metrics), part_(part) {}

discovery::~discovery() {
  for (const auto& [key, s] : services_) s->stop();
}

void discovery::follow(scenario_list scenarios, handler changed) {
  scenarios_ = std::move(scenarios);
  changed_ = std::move(changed);
  std::vector<std::string> sources;
  services kept;
  for (const auto& s : scenarios_) {
    if (!s->targets) continue;
    for (const auto& file : target_files(*s)) sources.push_back(file);
    for (const auto& one : s->targets->services) sources.push_back(one.name);
  }
  metrics_.follow(sources);
  for (const auto& s : scenarios_)
    if (s->targets)
      for (const auto& one : s->targets->services) look_up(one, kept);
  for (const auto& [key, s] : services_)
    if (!kept.contains(key)) s->stop();
  services_ = std::move(kept);
  watch_files();
}

void discovery::look_up(const srv_source& source, services& kept) {
  const auto key = key_of(source);
  if (kept.contains(key)) return;
  if (const auto there = services_.find(key); there != services_.end()) {
    kept.insert(*there);
    return;
  }
  auto fresh = std::make_shared<service>(worker_, source);
  kept.emplace(key, fresh);
  // Told only while it is wanted, that is, while this lives.
  service::teller tell = [this, name = source.name](bool good, bool changed,
                                                    const core::error_code& error) {
    metrics_.updated(name, good, worker_.wall.unix_seconds(core::now()));
    if (!good)
      worker_.log.warning("targets not looked up, the last ones stay",
                          {{"service", name}, {"error", error.message()}});
    if (changed && changed_) changed_();
  };
  worker_.start("look up targets", service::keep_fresh(worker_, fresh, std::move(tell)));
}

void discovery::watch_files() {
  std::set<std::string> paths;
  for (const auto& s : scenarios_)
    for (const auto& file : target_files(*s)) paths.insert(file);
  std::erase_if(files_, [&](const auto& entry) { return !paths.contains(entry.first); });
  watch_.reset();
  if (paths.empty()) return;
  watch_ = std::make_unique<core::file_watch>(worker_,
                                              std::vector<std::string>(paths.begin(), paths.end()),
                                              [this](const std::vector<std::string>& changed) {
                                                for (const auto& path : changed) read_file(path);
                                                const auto tell = changed_;
                                                if (tell) tell();
                                              });
  // After the watch began, so that no change falls between.
  for (const auto& path : paths) read_file(path);
}

void discovery::read_file(const std::string& path) {
  core::problems found;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  std::vector<found_target> targets;
  if (!in || (in.peek() != std::ifstream::traits_type::eof() && !(text << in.rdbuf())))
    found.add({path, 0, 0}, "cannot read the file");
  else
    targets = parse_file_sd(path, text.str(), found);
  metrics_.updated(path, found.empty(), worker_.wall.unix_seconds(core::now()));
  if (found.empty()) {
    files_[path] = std::move(targets);
    return;
  }
  worker_.log.warning("targets not read, the last ones stay",
                      {{"file", path}, {"problems", found.to_string()}});
}

std::vector<found_target> discovery::targets_of(const scenario& s) const {
  std::vector<found_target> out;
  for (const auto& one : s.targets->listed) out.push_back({one.address, one.name, one.labels});
  for (const auto& path : target_files(s))
    if (const auto read = files_.find(path); read != files_.end())
      out.insert(out.end(), read->second.begin(), read->second.end());
  for (const auto& source : s.targets->services)
    if (const auto there = services_.find(key_of(source)); there != services_.end())
      out.insert(out.end(), there->second->targets().begin(), there->second->targets().end());
  return out;
}

scenario_list discovery::list() {
  found_by_scenario found;
  for (const auto& s : scenarios_)
    if (s->targets) found.emplace(s->name, targets_of(*s));
  auto out = list_runs(scenarios_, found, part_);
  for (const auto& [name, account] : out.targets)
    if (account.refused > 0)
      worker_.log.warning("more targets than a scenario may have",
                          {{"scenario", name}, {"refused", account.refused}});
  metrics_.show(std::move(out.targets));
  return std::move(out.scenarios);
}

core::task<> discovery::looked_up(core::deadline until) {
  const auto all_asked = [this] {
    return std::all_of(services_.begin(), services_.end(),
                       [](const auto& entry) { return entry.second->asked(); });
  };
  while (!all_asked() && !until.passed(core::now()))
    co_await core::sleep_for(worker_, std::chrono::milliseconds(10));
}

}  // namespace probe
