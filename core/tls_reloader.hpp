#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/file_watch.hpp"
#include "core/ticket_keys.hpp"
#include "core/tls_context.hpp"

namespace core {

class exposition_writer;
class worker;

/// One TLS endpoint, whose context is replaced while it is in use: whoever begins a handshake takes
/// `current()`, and keeps it as long as the stream lives. Any thread may ask (once a handshake).
class live_tls {
 public:
  enum class role { server, client };
  /// Throws std::runtime_error naming the file that is wrong.
  live_tls(role r, std::string name, tls_files files, std::shared_ptr<ticket_keys> keys);

  std::shared_ptr<const tls_context> current() const;
  /// Reads the files again. Throws std::runtime_error, and leaves the context in force, when they
  /// cannot be used or the certificate has expired while the one in force has not.
  void reload();

  role side() const noexcept { return role_; }
  const std::string& name() const noexcept { return name_; }
  const tls_files& files() const noexcept { return files_; }

 private:
  std::shared_ptr<const tls_context> load() const;

  role role_;
  std::string name_;
  tls_files files_;
  std::shared_ptr<ticket_keys> keys_;
  mutable std::mutex mutex_;
  std::shared_ptr<const tls_context> current_;
};

/// The TLS endpoints of a program and the watch over their files: certificates, keys and roots that
/// change are in force for the next handshake, connections go on with what they began with. Bad
/// files are logged and counted, and change nothing. All servers share their ticket keys. Lives on
/// its worker's thread, apart from `live_tls`.
class tls_reloader {
 public:
  explicit tls_reloader(worker& w) : worker_(w) {}

  /// The endpoint of that name, role and files, read again when there is one; else a new one. An
  /// endpoint is watched as long as somebody holds it. Throws std::runtime_error naming the file
  /// that is wrong.
  std::shared_ptr<const live_tls> endpoint(live_tls::role role, const std::string& name,
                                           const tls_files& files);
  /// Watches the files of the endpoints there are now, instead of those before.
  void watch();
  /// Ends the watch; before the worker goes.
  void stop() noexcept { watch_.reset(); }
  /// remora_tls_reloads_total and remora_tls_certificate_expiry_seconds.
  void write(exposition_writer& out) const;

 private:
  void changed(const std::vector<std::string>& files);
  void reload(live_tls& endpoint);
  std::vector<std::shared_ptr<live_tls>> alive() const;

  worker& worker_;
  std::shared_ptr<ticket_keys> keys_ = std::make_shared<ticket_keys>();
  std::vector<std::weak_ptr<live_tls>> endpoints_;
  std::unique_ptr<file_watch> watch_;
  std::uint64_t reloaded_ = 0, failed_ = 0;
};

}  // namespace core
