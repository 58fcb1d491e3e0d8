#include "core/tls_reloader.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <fstream>

#include "core/exposition.hpp"
#include "tests/support/await.hpp"
#include "tests/support/certificates.hpp"

namespace {

namespace fs = std::filesystem;
using core::live_tls;

class tls_reloader : public ::testing::Test {
 protected:
  std::shared_ptr<const live_tls> server(int days = 1) {
    leaf = ca.issue("scores", "DNS:scores", days);
    return reloader.endpoint(live_tls::role::server, "in", {leaf.certificate, leaf.key, ca.root()});
  }
  std::string metrics() {
    core::exposition_writer out(core::exposition_format::text);
    reloader.write(out);
    return std::move(out).finish();
  }
  bool counts(const std::string& line) {
    return tests::run(loop, tests::holds(loop.worker(), [&] {
                        return metrics().find(line + "\n") != std::string::npos;
                      }));
  }

  tests::loop loop;
  tests::certificate_authority ca;
  tests::certificate_authority::issued leaf;
  core::tls_reloader reloader{loop.worker()};
};

TEST_F(tls_reloader, files_that_change_are_in_force_for_the_next_handshake) {
  const auto endpoint = server();
  const auto before = endpoint->current();
  reloader.watch();
  ca.issue("scores", "DNS:scores", 10);
  // Certificate and key are two files: between them they may not fit, and that is passed over.
  EXPECT_TRUE(tests::run(loop, tests::holds(loop.worker(), [&] {
                           return endpoint->current()->certificate_expiry() >
                                  before->certificate_expiry();
                         })));
  EXPECT_TRUE(counts(R"(remora_tls_reloads_total{result="ok"} 1)"));
  EXPECT_NEAR(static_cast<double>(endpoint->current()->certificate_expiry()),
              static_cast<double>(std::time(nullptr) + 10 * 86400), 300);
  EXPECT_GT(before->certificate_expiry(), std::time(nullptr));  // the old one lives on by itself
}

TEST_F(tls_reloader, bad_files_change_nothing_and_are_counted) {
  const auto endpoint = server();
  const auto before = endpoint->current();
  reloader.watch();
  std::ofstream(leaf.certificate) << "no certificate";
  EXPECT_TRUE(counts(R"(remora_tls_reloads_total{result="failed"} 1)"));
  EXPECT_EQ(endpoint->current(), before);
  fs::remove(leaf.certificate);
  EXPECT_TRUE(counts(R"(remora_tls_reloads_total{result="failed"} 2)"));
  EXPECT_EQ(endpoint->current(), before);
  ca.issue("scores", "DNS:scores", 2);
  EXPECT_TRUE(counts(R"(remora_tls_reloads_total{result="ok"} 1)"));
  EXPECT_NE(endpoint->current(), before);
}

TEST_F(tls_reloader, an_expired_certificate_does_not_replace_a_valid_one) {
  const auto endpoint = server();
  const auto before = endpoint->current();
  ca.issue("scores", "DNS:scores", 0);
  EXPECT_THROW(
      reloader.endpoint(live_tls::role::server, "in", {leaf.certificate, leaf.key, ca.root()}),
      std::runtime_error);
  EXPECT_EQ(endpoint->current(), before);
}

TEST_F(tls_reloader, the_same_endpoint_is_read_again_and_another_is_another) {
  const auto endpoint = server();
  const auto before = endpoint->current();
  EXPECT_EQ(server(3), endpoint);
  EXPECT_NE(endpoint->current(), before);
  EXPECT_NE(reloader.endpoint(live_tls::role::server, "in", {leaf.certificate, leaf.key, ""}),
            endpoint);
  EXPECT_NE(
      reloader.endpoint(live_tls::role::client, "in", {leaf.certificate, leaf.key, ca.root()}),
      endpoint);
}

TEST_F(tls_reloader, the_end_of_validity_is_exposed_for_endpoints_that_are_in_use) {
  auto endpoint = server();
  const auto roots_only = reloader.endpoint(live_tls::role::client, "out", {"", "", ca.root()});
  const auto text = metrics();
  EXPECT_NE(text.find("remora_tls_certificate_expiry_seconds{listener=\"in\"} "), std::string::npos)
      << text;
  EXPECT_EQ(text.find("listener=\"out\""), std::string::npos) << text;
  endpoint.reset();
  EXPECT_EQ(metrics().find("listener=\"in\""), std::string::npos);
}

}  // namespace
