#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace tests {
namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using file_ptr = std::unique_ptr<FILE, decltype(&std::fclose)>;

key_ptr new_key() {
  return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (!extension) throw std::runtime_error("certificate extension " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

certificate_ptr new_certificate(const std::string& name, EVP_PKEY* key, int days) {
  certificate_ptr out(X509_new(), X509_free);
  static long serial = 1;
  X509_set_version(out.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), static_cast<long>(days) * 86400 - 60);
  X509_set_pubkey(out.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return out;
}

file_ptr open_for_writing(const std::filesystem::path& path) {
  file_ptr out(std::fopen(path.c_str(), "w"), &std::fclose);
  if (!out) throw std::runtime_error("cannot write " + path.string());
  return out;
}

void write(const std::filesystem::path& path, X509* certificate) {
  PEM_write_X509(open_for_writing(path).get(), certificate);
}
void write(const std::filesystem::path& path, EVP_PKEY* key) {
  PEM_write_PrivateKey(open_for_writing(path).get(), key, nullptr, nullptr, 0, nullptr, nullptr);
}

template <class T>
std::unique_ptr<T, void (*)(T*)> read(const std::filesystem::path& path,
                                      T* (*reader)(FILE*, T**, pem_password_cb*, void*),
                                      void (*destroy)(T*)) {
  file_ptr in(std::fopen(path.c_str(), "r"), &std::fclose);
  return {reader(in.get(), nullptr, nullptr, nullptr), destroy};
}

}  // namespace

certificate_authority::certificate_authority() {
  const auto key = new_key();
  const auto root = new_certificate("test authority", key.get(), 2);
  X509_set_issuer_name(root.get(), X509_get_subject_name(root.get()));
  extend(root.get(), root.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(root.get(), root.get(), NID_key_usage, "critical,keyCertSign");
  X509_sign(root.get(), key.get(), EVP_sha256());
  write(directory_ / "ca.pem", root.get());
  write(directory_ / "ca.key", key.get());
}

certificate_authority::issued certificate_authority::issue(const std::string& name,
                                                           const std::string& alternative_names,
                                                           int days) {
  const auto root = read<X509>(directory_ / "ca.pem", PEM_read_X509, X509_free);
  const auto root_key = read<EVP_PKEY>(directory_ / "ca.key", PEM_read_PrivateKey, EVP_PKEY_free);
  const auto key = new_key();
  const auto leaf = new_certificate(name, key.get(), days);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(root.get()));
  extend(leaf.get(), root.get(), NID_subject_alt_name, alternative_names);
  X509_sign(leaf.get(), root_key.get(), EVP_sha256());
  issued out{(directory_ / (name + ".pem")).string(), (directory_ / (name + ".key")).string()};
  write(out.certificate, leaf.get());
  write(out.key, key.get());
  return out;
}

}  // namespace tests
