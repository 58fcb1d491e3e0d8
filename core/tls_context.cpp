#include "core/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace core {
namespace {

[[noreturn]] void fail(const std::string& what) {
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  ERR_clear_error();
  throw std::runtime_error(what + ": " + text);
}

ssl_ctx_st* new_context(const SSL_METHOD* method) {
  ssl_ctx_st* context = SSL_CTX_new(method);
  if (!context) fail("TLS context");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Idle connections must not hold a record buffer.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  return context;
}

void load_certificate(ssl_ctx_st* context, const tls_files& files) {
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    fail("TLS certificate " + files.certificate);
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("TLS key " + files.key);
  if (SSL_CTX_check_private_key(context) != 1)
    fail("TLS key " + files.key + " does not fit " + files.certificate);
}

void load_roots(ssl_ctx_st* context, const std::string& ca) {
  const bool ok = ca.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                             : SSL_CTX_load_verify_locations(context, ca.c_str(), nullptr) == 1;
  if (!ok) fail("TLS trusted roots " + ca);
}

// HTTP/1.1 is all we speak: a client that insists on something else is told so in the handshake.
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                unsigned in_length, void*) {
  static const unsigned char ours[] = "\x08http/1.1";
  if (SSL_select_next_proto(const_cast<unsigned char**>(out), out_length, ours, sizeof ours - 1, in,
                            in_length) == OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_OK;
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

std::shared_ptr<const tls_context> tls_context::server(const tls_files& files) {
  std::shared_ptr<tls_context> result(new tls_context(new_context(TLS_server_method()), true));
  load_certificate(result->context_, files);
  SSL_CTX_set_alpn_select_cb(result->context_, select_alpn, nullptr);
  static const unsigned char session_context[] = "remora";
  SSL_CTX_set_session_id_context(result->context_, session_context, sizeof session_context - 1);
  if (!files.ca.empty()) {
    load_roots(result->context_, files.ca);
    SSL_CTX_set_client_CA_list(result->context_, SSL_load_client_CA_file(files.ca.c_str()));
    SSL_CTX_set_verify(result->context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
    result->demands_client_certificate_ = true;
  }
  return result;
}

std::shared_ptr<const tls_context> tls_context::client(const tls_files& files) {
  std::shared_ptr<tls_context> result(new tls_context(new_context(TLS_client_method()), false));
  if (!files.certificate.empty()) load_certificate(result->context_, files);
  if (files.verify) load_roots(result->context_, files.ca);
  SSL_CTX_set_verify(result->context_, files.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  static const unsigned char ours[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(result->context_, ours, sizeof ours - 1);
  return result;
}

tls_context::~tls_context() {
  SSL_CTX_free(context_);
}

}  // namespace core
