#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st;

namespace core {

class ticket_keys;
class tls_context;

/// Files of one TLS endpoint, PEM.
struct tls_files {
  std::string certificate;  ///< chain, leaf first; required for a server
  std::string key;
  std::string ca;      ///< trusted roots for the peer; empty: the system's
  bool verify = true;  ///< of the peer (a server verifies only when asked for client certificates)
  bool client_certificate_optional = false;  ///< a server with `ca` also serves clients without one

  friend bool operator==(const tls_files&, const tls_files&) = default;
};

enum class tls_version { tls_1_0, tls_1_1, tls_1_2, tls_1_3 };

/// What a client asks of TLS where it is more than files: for probes. Each text is PEM and comes
/// instead of the file of its kind.
struct tls_client_options {
  tls_files files;
  std::string certificate_text;  ///< chain, leaf first
  std::string key_text;
  std::string ca_text;
  /// Whose roots are trusted instead, without another copy in memory (the system's take a megabyte
  /// and some 20 ms to read).
  std::shared_ptr<const tls_context> roots_of{};
  /// Below 1.2 also the weak keys and digests of these times are accepted (security level 0).
  tls_version lowest = tls_version::tls_1_2;
  tls_version highest = tls_version::tls_1_3;
  std::vector<std::string> alpn{"http/1.1"};  ///< protocols to offer, best first; empty: none

  friend bool operator==(const tls_client_options&, const tls_client_options&) = default;
};

/// An immutable SSL_CTX (TLS 1.2 and newer, ALPN http/1.1; a server takes forward-secret AEAD
/// ciphers only). Built at start-up or when its files change (`tls_reloader`), shared by streams.
///
/// A server keeps no sessions, its clients do (tickets, for an hour). A ticket is good for every
/// context with the same keys and the same `ca`: sessions outlive a new certificate, but not a
/// change of who is trusted.
class tls_context {
 public:
  /// Asks clients for a certificate from `files.ca` when that is set. Tickets are sealed with
  /// `keys`; null: with keys of its own. Throws std::runtime_error naming the file that is wrong.
  static std::shared_ptr<const tls_context> server(const tls_files& files,
                                                   std::shared_ptr<ticket_keys> keys = nullptr);
  static std::shared_ptr<const tls_context> client(const tls_files& files);
  /// Throws std::runtime_error also for a text that is no PEM, a key that does not fit, and a
  /// protocol name that is empty or longer than 255 bytes.
  static std::shared_ptr<const tls_context> client_with(const tls_client_options& options);
  ~tls_context();

  ssl_ctx_st* native() const noexcept { return context_; }
  bool is_server() const noexcept { return server_; }
  bool demands_client_certificate() const noexcept { return demands_client_certificate_; }
  /// End of validity of our own leaf certificate, Unix seconds; 0 without one.
  std::int64_t certificate_expiry() const noexcept;

 private:
  tls_context(ssl_ctx_st* context, bool server) : context_(context), server_(server) {}
  void set_up_sessions(const tls_files& files, std::shared_ptr<ticket_keys> keys);
  void verify_clients(const tls_files& files);

  ssl_ctx_st* context_;
  bool server_;
  bool demands_client_certificate_ = false;
  std::shared_ptr<ticket_keys> keys_;
};

}  // namespace core
