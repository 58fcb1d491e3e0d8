// What TLS contexts agree on, both ends in memory: sessions and their tickets, versions, ciphers.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <filesystem>
#include <memory>

#include "core/ticket_keys.hpp"
#include "core/tls_context.hpp"
#include "tests/support/certificates.hpp"

namespace {

using context = std::shared_ptr<const core::tls_context>;
using ssl_ptr = std::unique_ptr<SSL, decltype(&SSL_free)>;
using session_ptr = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

struct outcome {
  bool done = false;
  bool resumed = false;
  bool client_known = false;
  std::string cipher;
  session_ptr session{nullptr, SSL_SESSION_free};
};

/// One handshake and a byte each way, so that the client has its ticket.
outcome meet(const core::tls_context& server, const core::tls_context& client, int version,
             SSL_SESSION* session = nullptr) {
  ssl_ptr ours(SSL_new(server.native()), SSL_free), theirs(SSL_new(client.native()), SSL_free);
  BIO *a = nullptr, *b = nullptr;
  BIO_new_bio_pair(&a, 0, &b, 0);
  SSL_set_bio(ours.get(), a, a);
  SSL_set_bio(theirs.get(), b, b);
  SSL_set_accept_state(ours.get());
  SSL_set_connect_state(theirs.get());
  SSL_set1_host(theirs.get(), "scores");
  SSL_set_min_proto_version(theirs.get(), version);
  SSL_set_max_proto_version(theirs.get(), version);
  if (session) SSL_set_session(theirs.get(), session);
  outcome out;
  int mine = 0, other = 0;
  for (int turn = 0; turn < 10 && !(mine == 1 && other == 1); ++turn) {
    other = SSL_do_handshake(theirs.get());
    mine = SSL_do_handshake(ours.get());
  }
  char byte = 'x';
  out.done = mine == 1 && other == 1 && SSL_write(ours.get(), &byte, 1) == 1 &&
             SSL_read(theirs.get(), &byte, 1) == 1;
  if (!out.done) return out;
  out.resumed = SSL_session_reused(ours.get());
  out.client_known = SSL_get0_peer_certificate(ours.get()) != nullptr;
  out.cipher = SSL_get_cipher_name(ours.get());
  out.session.reset(SSL_get1_session(theirs.get()));
  // Closed in order, or the session counts as not to be resumed.
  SSL_shutdown(theirs.get());
  SSL_shutdown(ours.get());
  return out;
}

class tls_sessions : public ::testing::TestWithParam<int> {
 protected:
  tls_sessions() {
    const auto mine = ca.issue("securities", "URI:spiffe://remora/securities");
    client = core::tls_context::client({mine.certificate, mine.key, ca.root()});
  }
  context server(const std::string& roots) {
    const auto leaf = ca.issue("scores", "DNS:scores");
    return core::tls_context::server({leaf.certificate, leaf.key, roots}, keys);
  }
  tests::certificate_authority ca;
  std::shared_ptr<core::ticket_keys> keys = std::make_shared<core::ticket_keys>();
  context client;
};

TEST_P(tls_sessions, resume_with_a_new_certificate_and_still_say_who_the_client_is) {
  const auto before = server(ca.root()), after = server(ca.root());
  const auto first = meet(*before, *client, GetParam());
  ASSERT_TRUE(first.done);
  EXPECT_FALSE(first.resumed);
  const auto second = meet(*after, *client, GetParam(), first.session.get());
  ASSERT_TRUE(second.done);
  EXPECT_TRUE(second.resumed);
  EXPECT_TRUE(second.client_known);
}

TEST_P(tls_sessions, do_not_outlive_a_change_of_who_is_trusted) {
  const auto before = server(ca.root());
  const auto first = meet(*before, *client, GetParam());
  ASSERT_TRUE(first.done);
  // The same root twice: other contents, so another trust, that the client still satisfies.
  const auto roots = (ca.directory() / "roots.pem").string();
  std::filesystem::copy_file(ca.root(), roots);
  std::system(("cat " + ca.root() + " >> " + roots).c_str());
  const auto after = server(roots);
  const auto second = meet(*after, *client, GetParam(), first.session.get());
  EXPECT_FALSE(second.resumed);
}

TEST_P(tls_sessions, are_not_opened_by_a_server_with_other_keys) {
  const auto before = server(ca.root());
  const auto first = meet(*before, *client, GetParam());
  keys = std::make_shared<core::ticket_keys>();
  const auto second = meet(*server(ca.root()), *client, GetParam(), first.session.get());
  ASSERT_TRUE(second.done);
  EXPECT_FALSE(second.resumed);
}

TEST_P(tls_sessions, are_kept_by_clients_alone) {
  const auto one = server(ca.root());
  EXPECT_TRUE(meet(*one, *client, GetParam()).done);
  EXPECT_EQ(SSL_CTX_sess_number(one->native()), 0);
}

TEST_P(tls_sessions, use_forward_secret_aead_ciphers) {
  const auto met = meet(*server(""), *client, GetParam());
  ASSERT_TRUE(met.done);
  EXPECT_TRUE(met.cipher.find("GCM") != std::string::npos ||
              met.cipher.find("CHACHA20") != std::string::npos)
      << met.cipher;
}

INSTANTIATE_TEST_SUITE_P(core, tls_sessions, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& row) {
                           return row.param == TLS1_2_VERSION ? "tls_1_2" : "tls_1_3";
                         });

TEST_F(tls_sessions, of_old_versions_and_without_forward_secrecy_are_refused) {
  EXPECT_FALSE(meet(*server(""), *client, TLS1_1_VERSION).done);
  const auto plain = core::tls_context::client({"", "", ca.root()});
  SSL_CTX_set_cipher_list(plain->native(), "AES128-SHA:ECDHE-ECDSA-AES128-SHA:AES128-GCM-SHA256");
  EXPECT_FALSE(meet(*server(""), *plain, TLS1_2_VERSION).done);
}

TEST_F(tls_sessions, of_clients_without_certificate_are_served_where_it_is_optional) {
  const auto leaf = ca.issue("scores", "DNS:scores");
  core::tls_files files{leaf.certificate, leaf.key, ca.root()};
  files.client_certificate_optional = true;
  const auto one = core::tls_context::server(files, keys);
  EXPECT_FALSE(one->demands_client_certificate());
  const auto nobody = core::tls_context::client({"", "", ca.root()});
  const auto met = meet(*one, *nobody, TLS1_3_VERSION);
  EXPECT_TRUE(met.done);
  EXPECT_FALSE(met.client_known);
  EXPECT_TRUE(meet(*one, *client, TLS1_3_VERSION).client_known);
  // A session of a nobody is worth nothing where a certificate is demanded.
  EXPECT_FALSE(meet(*server(ca.root()), *nobody, TLS1_2_VERSION, met.session.get()).done);
}

}  // namespace
