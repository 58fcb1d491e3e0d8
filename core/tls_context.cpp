#include "core/tls_context.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "core/digest.hpp"
#include "core/ticket_keys.hpp"

namespace core {
namespace {

[[noreturn]] void fail(const std::string& what) {
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  ERR_clear_error();
  throw std::runtime_error(what + ": " + text);
}

/// Forward secret and authenticated, strongest first; TLS 1.3 has no others.
constexpr const char* server_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK:!SRP";
/// How long a ticket is good for, seconds.
constexpr long session_seconds = 3600;

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

struct pem_end {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using pem_text = std::unique_ptr<BIO, pem_end>;
using certificate = std::unique_ptr<X509, pem_end>;

pem_text reader_of(const std::string& text) {
  pem_text out(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!out) fail("TLS: no memory");
  return out;
}

/// The certificates of a PEM text; at least one.
std::vector<certificate> certificates_in(const std::string& text, const char* what) {
  const auto from = reader_of(text);
  std::vector<certificate> out;
  while (certificate one{PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr)})
    out.push_back(std::move(one));
  if (out.empty()) fail(what);
  ERR_clear_error();  // the end of the text counts as an error
  return out;
}

void use_certificate(ssl_ctx_st* context, const tls_client_options& options) {
  const auto chain = certificates_in(options.certificate_text, "TLS certificate");
  bool ok = SSL_CTX_use_certificate(context, chain.front().get()) == 1;
  for (std::size_t i = 1; i < chain.size(); ++i)
    ok = ok && SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1;
  if (!ok) fail("TLS certificate");
  if (options.key_text.empty()) {
    if (SSL_CTX_use_PrivateKey_file(context, options.files.key.c_str(), SSL_FILETYPE_PEM) != 1)
      fail("TLS key " + options.files.key);
  } else {
    const auto from = reader_of(options.key_text);
    const std::unique_ptr<EVP_PKEY, pem_end> key(
        PEM_read_bio_PrivateKey(from.get(), nullptr, nullptr, nullptr));
    if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) fail("TLS key");
  }
  if (SSL_CTX_check_private_key(context) != 1) fail("TLS key does not fit its certificate");
}

void use_roots(ssl_ctx_st* context, const std::string& text) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const auto& root : certificates_in(text, "TLS trusted roots"))
    if (X509_STORE_add_cert(store, root.get()) != 1) fail("TLS trusted roots");
}

void trust(ssl_ctx_st* context, const tls_client_options& options) {
  if (options.roots_of)
    SSL_CTX_set1_cert_store(context, SSL_CTX_get_cert_store(options.roots_of->native()));
  else if (options.ca_text.empty())
    load_roots(context, options.files.ca);
  else
    use_roots(context, options.ca_text);
}

int number_of(tls_version version) noexcept {
  return TLS1_VERSION + static_cast<int>(version);
}

void set_versions(ssl_ctx_st* context, const tls_client_options& options) {
  if (options.lowest < tls_version::tls_1_2) SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, number_of(options.lowest));
  SSL_CTX_set_max_proto_version(context, number_of(options.highest));
}

void offer(ssl_ctx_st* context, const std::vector<std::string>& protocols) {
  std::string list;
  for (const auto& name : protocols) {
    if (name.empty() || name.size() > 255)
      throw std::runtime_error("ALPN: \"" + name + "\" is no protocol");
    list += static_cast<char>(name.size());
    list += name;
  }
  if (list.empty()) return;
  SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(list.data()),
                          static_cast<unsigned>(list.size()));
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

std::string contents_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool set_mac(EVP_MAC_CTX* mac, ticket_keys::key& key) noexcept {
  char digest[] = "sha256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_END};
  return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

bool seal(ticket_keys::key key, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
          EVP_MAC_CTX* mac) noexcept {
  std::copy(key.name.begin(), key.name.end(), name);
  return RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1 &&
         EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv) == 1 &&
         set_mac(mac, key);
}

// OpenSSL's contract: 0 means a full handshake, 1 go on, 2 go on and give a new ticket, -1 fail.
int ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
               EVP_MAC_CTX* mac, int sealing) noexcept try {
  auto* keys = static_cast<ticket_keys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  if (sealing) return seal(keys->sealing(now()), name, iv, cipher, mac) ? 1 : -1;
  auto opened = keys->opening(std::span<const std::uint8_t, 16>(name, 16), now());
  if (!opened) return 0;
  const bool ready =
      EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, opened->with.cipher.data(), iv) == 1 &&
      set_mac(mac, opened->with);
  if (!ready) return -1;
  return opened->renew ? 2 : 1;
} catch (const std::exception&) {
  return -1;
}

}  // namespace

// Who is trusted is part of a session: one that was made with other roots is not resumed.
void tls_context::set_up_sessions(const tls_files& files, std::shared_ptr<ticket_keys> keys) {
  keys_ = keys ? std::move(keys) : std::make_shared<ticket_keys>();
  const auto trusted = sha256((files.client_certificate_optional ? "optional " : "demanded ") +
                              (files.ca.empty() ? std::string() : contents_of(files.ca)));
  SSL_CTX_set_session_id_context(context_, trusted.data(), trusted.size());
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context_, session_seconds);
  SSL_CTX_set_app_data(context_, keys_.get());
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context_, ticket_key);
}

void tls_context::verify_clients(const tls_files& files) {
  load_roots(context_, files.ca);
  SSL_CTX_set_client_CA_list(context_, SSL_load_client_CA_file(files.ca.c_str()));
  demands_client_certificate_ = !files.client_certificate_optional;
  SSL_CTX_set_verify(
      context_,
      SSL_VERIFY_PEER | (demands_client_certificate_ ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
      nullptr);
}

std::shared_ptr<const tls_context> tls_context::server(const tls_files& files,
                                                       std::shared_ptr<ticket_keys> keys) {
  std::shared_ptr<tls_context> result(new tls_context(new_context(TLS_server_method()), true));
  if (SSL_CTX_set_cipher_list(result->context_, server_ciphers) != 1) fail("TLS ciphers");
  SSL_CTX_set_options(result->context_, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  load_certificate(result->context_, files);
  SSL_CTX_set_alpn_select_cb(result->context_, select_alpn, nullptr);
  result->set_up_sessions(files, std::move(keys));
  if (!files.ca.empty()) result->verify_clients(files);
  return result;
}

std::shared_ptr<const tls_context> tls_context::client(const tls_files& files) {
  tls_client_options options;
  options.files = files;
  return client_with(options);
}

std::shared_ptr<const tls_context> tls_context::client_with(const tls_client_options& options) {
  std::shared_ptr<tls_context> result(new tls_context(new_context(TLS_client_method()), false));
  ssl_ctx_st* const context = result->context_;
  const auto& files = options.files;
  set_versions(context, options);
  if (!options.certificate_text.empty())
    use_certificate(context, options);
  else if (!files.certificate.empty())
    load_certificate(context, files);
  if (files.verify) trust(context, options);
  SSL_CTX_set_verify(context, files.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  offer(context, options.alpn);
  return result;
}

std::int64_t tls_context::certificate_expiry() const noexcept {
  const X509* leaf = SSL_CTX_get0_certificate(context_);
  tm when{};
  const bool known = leaf && ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &when) == 1;
  return known ? static_cast<std::int64_t>(timegm(&when)) : 0;
}

tls_context::~tls_context() {
  SSL_CTX_free(context_);
}

}  // namespace core
