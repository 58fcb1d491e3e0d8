#include "core/peer_names.hpp"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <memory>

namespace {

/// A certificate with nothing but subject alternative names, of the kinds given.
std::string names_of(std::initializer_list<std::pair<int, std::string_view>> wanted) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  GENERAL_NAMES* names = GENERAL_NAMES_new();
  for (const auto& [kind, text] : wanted) {
    ASN1_IA5STRING* value = ASN1_IA5STRING_new();
    ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
    GENERAL_NAME* name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, kind, value);
    sk_GENERAL_NAME_push(names, name);
  }
  X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
  GENERAL_NAMES_free(names);
  return core::read_peer_names(certificate.get());
}

using namespace std::string_view_literals;

TEST(read_peer_names, takes_uris_before_dns_names_and_no_others) {
  EXPECT_EQ(names_of({{GEN_DNS, "scores"},
                      {GEN_URI, "spiffe://remora/scores"},
                      {GEN_EMAIL, "ops@example.org"},
                      {GEN_DNS, "scores.example"},
                      {GEN_URI, "spiffe://remora/other"}}),
            "spiffe://remora/scores\nspiffe://remora/other\nscores\nscores.example");
}

TEST(read_peer_names, leaves_out_names_that_could_pass_for_others) {
  EXPECT_EQ(names_of({{GEN_URI, "spiffe://evil/\nspiffe://remora/scores"},
                      {GEN_URI, "spiffe://remora/scores\0.evil"sv},
                      {GEN_DNS, "a b"},
                      {GEN_DNS, "x\r\nremora-probe: y"},
                      {GEN_DNS, ""},
                      {GEN_DNS, "plain"}}),
            "plain");
}

TEST(read_peer_names, has_none_of_a_certificate_without_any) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  EXPECT_EQ(core::read_peer_names(certificate.get()), "");
}

}  // namespace
