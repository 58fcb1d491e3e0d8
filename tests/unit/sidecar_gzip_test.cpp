#include "sidecar/relay/gzip.hpp"

#include <gtest/gtest.h>

#include "tests/support/gzip.hpp"

namespace {

using tests::gzip;

TEST(gunzip, gives_back_what_was_compressed) {
  bool too_large = true;
  EXPECT_EQ(sidecar::gunzip(gzip("hello"), 100, too_large), "hello");
  EXPECT_FALSE(too_large);
}

TEST(gunzip, refuses_more_than_the_limit_after_decompression) {
  bool too_large = false;
  const auto bomb = gzip(std::string(1'000'000, 'a'));
  EXPECT_LT(bomb.size(), 10'000u);
  EXPECT_FALSE(sidecar::gunzip(bomb, 100'000, too_large));
  EXPECT_TRUE(too_large);
}

TEST(gunzip, refuses_every_truncation_and_garbage) {
  const auto whole = gzip("a body of some length, a body of some length");
  bool too_large = false;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(sidecar::gunzip(std::string_view(whole).substr(0, n), 1000, too_large)) << n;
    EXPECT_FALSE(too_large);
  }
  EXPECT_FALSE(sidecar::gunzip("not gzip at all", 1000, too_large));
}

}  // namespace
