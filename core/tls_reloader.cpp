#include "core/tls_reloader.hpp"

#include <algorithm>
#include <ctime>
#include <set>
#include <stdexcept>

#include "core/exposition.hpp"
#include "core/log.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

constexpr metric_family reloads{"remora_tls_reloads_total",
                                "TLS files that were read again, by listener and result.",
                                metric_type::counter};
constexpr metric_family expiry{"remora_tls_certificate_expiry_seconds",
                               "End of validity of the listener's own certificate, Unix time.",
                               metric_type::gauge};

std::vector<std::string> named(const tls_files& files) {
  std::vector<std::string> out;
  for (const auto* file : {&files.certificate, &files.key, &files.ca})
    if (!file->empty()) out.push_back(*file);
  return out;
}

}  // namespace

live_tls::live_tls(role r, std::string name, tls_files files, std::shared_ptr<ticket_keys> keys)
    : role_(r),
      name_(std::move(name)),
      files_(std::move(files)),
      keys_(std::move(keys)),
      current_(load()) {}

std::shared_ptr<const tls_context> live_tls::load() const {
  return role_ == role::server ? tls_context::server(files_, keys_) : tls_context::client(files_);
}

std::shared_ptr<const tls_context> live_tls::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void live_tls::reload() {
  auto fresh = load();
  const auto now_there = std::time(nullptr);
  const auto ends = fresh->certificate_expiry();
  if (ends != 0 && ends <= now_there && current()->certificate_expiry() > now_there)
    throw std::runtime_error("TLS certificate " + files_.certificate + " has expired");
  const std::lock_guard lock(mutex_);
  current_.swap(fresh);
}

std::vector<std::shared_ptr<live_tls>> tls_reloader::alive() const {
  std::vector<std::shared_ptr<live_tls>> out;
  for (const auto& e : endpoints_)
    if (auto held = e.lock()) out.push_back(std::move(held));
  return out;
}

std::shared_ptr<const live_tls> tls_reloader::endpoint(live_tls::role role, const std::string& name,
                                                       const tls_files& files) {
  for (auto& e : alive()) {
    if (e->side() != role || e->name() != name || e->files() != files) continue;
    reload(*e);
    return e;
  }
  auto fresh = std::make_shared<live_tls>(role, name, files, keys_);
  endpoints_.push_back(fresh);
  return fresh;
}

void tls_reloader::watch() {
  std::erase_if(endpoints_, [](const auto& e) { return e.expired(); });
  std::set<std::string> files;
  for (const auto& e : alive())
    for (auto& file : named(e->files())) files.insert(std::move(file));
  watch_.reset();
  if (files.empty()) return;
  watch_ = std::make_unique<file_watch>(worker_, std::vector(files.begin(), files.end()),
                                        [this](const auto& which) { changed(which); });
}

void tls_reloader::changed(const std::vector<std::string>& files) {
  for (const auto& e : alive()) {
    const auto mine = named(e->files());
    const bool touched = std::any_of(mine.begin(), mine.end(), [&](const std::string& file) {
      return std::find(files.begin(), files.end(), file) != files.end();
    });
    if (!touched) continue;
    try {
      reload(*e);
    } catch (const std::exception& error) {
      worker_.log.error("TLS files not reloaded, the ones before stay in force",
                        {{"listener", e->name()}, {"error", error.what()}});
    }
  }
}

void tls_reloader::reload(live_tls& endpoint) {
  try {
    endpoint.reload();
  } catch (...) {
    ++failed_;
    throw;
  }
  ++reloaded_;
  worker_.log.info("TLS files reloaded",
                   {{"listener", endpoint.name()},
                    {"certificate_expiry", endpoint.current()->certificate_expiry()}});
}

void tls_reloader::write(exposition_writer& out) const {
  if (out.family(reloads)) {
    out.counter(R"(result="ok")", static_cast<double>(reloaded_));
    out.counter(R"(result="failed")", static_cast<double>(failed_));
  }
  std::set<std::string> seen;  // a name may be an inbound and an outbound listener's
  const auto endpoints = alive();
  if (endpoints.empty() || !out.family(expiry)) return;
  for (const auto& e : endpoints) {
    const auto ends = e->current()->certificate_expiry();
    if (ends == 0 || !seen.insert(e->name()).second) continue;
    out.gauge(render_labels(std::array<std::pair<std::string_view, std::string_view>, 1>{
                  {{"listener", e->name()}}}),
              static_cast<double>(ends));
  }
}

}  // namespace core
