#include "probe/checks/tls_comparison.hpp"

#include <gtest/gtest.h>

namespace {

constexpr std::int64_t day = 86400, now = 20'000 * day;

core::certificate_facts certificate(const std::string& subject, std::int64_t days_left) {
  core::certificate_facts out;
  out.subject = subject;
  out.issuer = "CN=authority";
  out.fingerprint = std::string(63, '0') + static_cast<char>('0' + days_left % 10);
  out.not_after = now + days_left * day;
  return out;
}

core::tls_facts facts() {
  core::tls_facts out;
  out.version = "TLS 1.2";
  out.cipher = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
  out.verified = true;
  out.presented = {certificate("CN=leaf", 20), certificate("CN=middle", 9)};
  out.presented[0].names = {"DNS:shop.test", "DNS:*.shop.test", "IP:192.0.2.1"};
  out.chain = out.presented;
  out.chain.push_back(certificate("CN=root", 5));
  return out;
}

std::string compared(const probe::tls_expectation& expected) {
  const auto seen = facts();
  std::string out;
  for (const auto& what : compare_tls(expected, &seen, now)) out += what + "\n";
  return out;
}

probe::pattern pattern(const char* text) {
  std::string why;
  return *probe::pattern::compile(text, why);
}

TEST(tls_comparison, every_certificate_on_the_way_must_last) {
  probe::tls_expectation expected;
  expected.valid_for = std::chrono::hours(24 * 5);
  EXPECT_EQ(compared(expected), "");
  expected.valid_for = std::chrono::hours(24 * 9);
  EXPECT_EQ(compared(expected),
            "certificate \"CN=root\" expires in 5 days, expected at least 9d\n");
  auto old = facts();
  old.presented[0].not_after = now - 4 * day;
  EXPECT_EQ(compare_tls(expected, &old, now).at(0),
            "certificate \"CN=leaf\" expired 4 days ago, expected at least 9d");
}

TEST(tls_comparison, names_are_alternative_names_with_one_label_of_wildcard) {
  const auto seen = facts();
  for (const char* good : {"shop.test", "SHOP.test", "a.shop.test", "192.0.2.1"})
    EXPECT_TRUE(probe::is_good_for(*seen.leaf(), good)) << good;
  for (const char* bad : {"a.b.shop.test", "test", ".shop.test", "192.0.2.2", "leaf", "::1"})
    EXPECT_FALSE(probe::is_good_for(*seen.leaf(), bad)) << bad;
}

TEST(tls_comparison, fingerprints_pin_any_presented_certificate) {
  probe::tls_expectation expected;
  expected.fingerprints = {std::string(63, '0') + "9"};  // the middle one
  EXPECT_EQ(compared(expected), "");
  expected.fingerprints = {std::string(64, 'f')};
  EXPECT_NE(compared(expected), "");
  EXPECT_EQ(probe::plain_fingerprint("AB:" + std::string(62, 'C')), "ab" + std::string(62, 'c'));
  EXPECT_EQ(probe::plain_fingerprint("ab"), "");
}

TEST(tls_comparison, the_rest_is_compared_as_text) {
  probe::tls_expectation expected;
  expected.versions = {core::tls_version::tls_1_3};
  expected.issuer = pattern("CN=other");
  expected.subject = pattern("CN=leaf");
  expected.cipher = pattern("CHACHA");
  expected.chain = {pattern("CN=root"), pattern("CN=nobody")};
  expected.alpn = "http/1.1";
  EXPECT_EQ(
      compared(expected),
      "issuer is \"CN=authority\", expected a match of CN=other\n"
      "no certificate of the chain matches CN=nobody\n"
      "version is TLS 1.2, expected TLS 1.3\n"
      "cipher suite is \"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\", expected a match of CHACHA\n"
      "the protocol agreed on is \"\", expected \"http/1.1\"\n");
}

TEST(tls_comparison, without_tls_nothing_holds) {
  EXPECT_EQ(probe::compare_tls({}, nullptr, now),
            std::vector<std::string>{"the connection is not TLS"});
}

}  // namespace
