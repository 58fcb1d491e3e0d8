#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/config_types.hpp"
#include "core/tls_context.hpp"
#include "probe/format/tls_settings.hpp"

namespace probe {

/// What the protocol above TLS offers when the settings name none.
enum class tls_use { http, other };

/// The client contexts of a program: one for each settings there are, shared by all checks. Those
/// with files are built when the configuration and its scenarios are loaded, so that a wrong file
/// is found then; the others when a check first needs one. Of the system's roots there is one copy.
/// Not thread-safe: used on its worker's thread.
class tls_contexts {
 public:
  using context = std::shared_ptr<const core::tls_context>;

  /// `general`: the settings of connections that have none of their own. Settings without `ca`
  /// trust its roots.
  explicit tls_contexts(tls_settings general = {});

  /// Settings of a target, for connections to it that have none of their own.
  void set_target(const core::address& authority, tls_settings settings);
  /// Builds a context that has files. Throws std::runtime_error naming the one that is wrong.
  void prepare(const tls_settings& settings, tls_use use);
  void prepare_general();

  /// What a connection is made by: its own settings, the target's, or the general ones.
  const tls_settings& settings_for(const tls_settings* own, const core::address& to) const noexcept;
  /// The context of settings; built when it is not there yet (which may throw, if it has files).
  context find(const tls_settings& settings, tls_use use) const;
  /// The context for a server that speaks no HTTP, of a step without settings of its own.
  context for_server(const core::address& to) const {
    return find(settings_for(nullptr, to), tls_use::other);
  }

 private:
  using known_contexts = std::map<tls_settings, context>;
  known_contexts& known(tls_use use) const noexcept {
    return use == tls_use::http ? http_ : other_;
  }
  context build(const tls_settings& settings, tls_use use) const;

  tls_settings general_;
  std::map<std::string, tls_settings> targets_;  // by "host:port"
  mutable known_contexts http_, other_;
  mutable context system_;  // trusts the system's roots
};

}  // namespace probe
