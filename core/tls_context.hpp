#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace core {

/// Files of one TLS endpoint, PEM.
struct tls_files {
  std::string certificate;  ///< chain, leaf first; required for a server
  std::string key;
  std::string ca;      ///< trusted roots for the peer; empty: the system's
  bool verify = true;  ///< of the peer (a server verifies only when asked for client certificates)
};

/// An immutable SSL_CTX (TLS 1.2 and newer). Built at start-up or reload, shared by streams.
class tls_context {
 public:
  /// Asks clients for a certificate from `files.ca` when that is set. Throws std::runtime_error
  /// naming the file that is wrong.
  static std::shared_ptr<const tls_context> server(const tls_files& files);
  static std::shared_ptr<const tls_context> client(const tls_files& files);
  ~tls_context();

  ssl_ctx_st* native() const noexcept { return context_; }
  bool is_server() const noexcept { return server_; }
  bool demands_client_certificate() const noexcept { return demands_client_certificate_; }

 private:
  tls_context(ssl_ctx_st* context, bool server) : context_(context), server_(server) {}
  ssl_ctx_st* context_;
  bool server_;
  bool demands_client_certificate_ = false;
};

}  // namespace core
