#include "probe/checks/tls_contexts.hpp"

namespace probe {

tls_contexts::tls_contexts(tls_settings general) : general_(std::move(general)) {}

void tls_contexts::set_target(const core::address& authority, tls_settings settings) {
  targets_[authority.to_string()] = std::move(settings);
}

void tls_contexts::prepare(const tls_settings& settings, tls_use use) {
  const bool has_files = !settings.ca.empty() || !settings.certificate.empty() ||
                         (!general_.ca.empty() && !settings.insecure);
  if (has_files) find(settings, use);
}

void tls_contexts::prepare_general() {
  for (const auto use : {tls_use::http, tls_use::other}) {
    prepare(general_, use);
    for (const auto& [authority, settings] : targets_) prepare(settings, use);
  }
}

const tls_settings& tls_contexts::settings_for(const tls_settings* own,
                                               const core::address& to) const noexcept {
  if (own) return *own;
  if (targets_.empty()) return general_;
  const auto found = targets_.find(to.to_string());
  return found == targets_.end() ? general_ : found->second;
}

tls_contexts::context tls_contexts::find(const tls_settings& settings, tls_use use) const {
  auto& list = known(use);
  const auto found = list.find(settings);
  return found == list.end() ? list.emplace(settings, build(settings, use)).first->second
                             : found->second;
}

tls_contexts::context tls_contexts::build(const tls_settings& settings, tls_use use) const {
  core::tls_client_options options;
  options.files.certificate = settings.certificate.path;
  options.files.key = settings.key.path;
  options.files.ca = settings.ca.empty() ? general_.ca.path : settings.ca.path;
  options.files.verify = !settings.insecure;
  options.lowest = settings.lowest;
  options.highest = settings.highest;
  if (!settings.alpn.empty())
    options.alpn = settings.alpn;
  else if (use == tls_use::other)
    options.alpn.clear();
  const bool asks_system = options.files.verify && options.files.ca.empty();
  if (asks_system) options.roots_of = system_;
  auto out = core::tls_context::client_with(options);
  if (asks_system && !system_) system_ = out;
  return out;
}

}  // namespace probe
