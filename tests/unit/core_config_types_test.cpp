#include "core/config_types.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "core/config_reader.hpp"

namespace {

using namespace std::chrono_literals;
using core::address;
using core::base_url;
using core::byte_size;
using core::duration;

TEST(address, host_and_port) {
  address a;
  ASSERT_TRUE(core::parse_address("scores.local:8091", a));
  EXPECT_EQ(a, (address{"scores.local", 8091}));
  EXPECT_EQ(a.to_string(), "scores.local:8091");
}

TEST(address, ipv6_in_brackets) {
  address a;
  ASSERT_TRUE(core::parse_address("[::1]:80", a));
  EXPECT_EQ(a, (address{"::1", 80}));
  EXPECT_EQ(a.to_string(), "[::1]:80");
}

TEST(address, no_host_means_all_addresses) {
  address a;
  ASSERT_TRUE(core::parse_address(":8080", a));
  EXPECT_EQ(a, (address{"", 8080}));
  EXPECT_EQ(a.to_string(), ":8080");
}

TEST(address, anything_else_is_refused_and_leaves_the_value) {
  address a{"kept", 1};
  for (const char* text : {"", "localhost", "localhost:", "localhost:http", "localhost:65536",
                           "localhost:-1", "::1:80", "[::1]", "[::1]80", "[name]:80", "a b:80",
                           "user@host:80", "http://host:80", "host:80/", "host:+80", "[::1:80"}) {
    EXPECT_FALSE(core::parse_address(text, a)) << text;
  }
  EXPECT_EQ(a, (address{"kept", 1}));
}

TEST(base_url, ports_are_filled_in) {
  base_url u;
  ASSERT_TRUE(core::parse_base_url("http://api", u));
  EXPECT_EQ(u, (base_url{false, {"api", 80}, ""}));
  EXPECT_EQ(u.to_string(), "http://api");
  ASSERT_TRUE(core::parse_base_url("https://api/", u));
  EXPECT_EQ(u, (base_url{true, {"api", 443}, ""}));
  ASSERT_TRUE(core::parse_base_url("https://[::1]:8443/v1/otlp/", u));
  EXPECT_EQ(u, (base_url{true, {"::1", 8443}, "/v1/otlp"}));
  EXPECT_EQ(u.to_string(), "https://[::1]:8443/v1/otlp");
}

TEST(base_url, anything_else_is_refused) {
  base_url u;
  for (const char* text :
       {"", "api", "api:80", "ftp://api", "http://", "http:///path", "http://:80", "http://a:0",
        "http://a:b", "http://user@a", "http://a?q=1", "http://a/#f", "http://a/b c", "HTTP://a",
        "http://a/\xC3\xA9", "http://[::1", "http://a:80b"}) {
    EXPECT_FALSE(core::parse_base_url(text, u)) << text;
  }
  EXPECT_TRUE(u.empty());
  EXPECT_EQ(u.to_string(), "");
}

TEST(byte_size, units) {
  byte_size s;
  const auto bytes = [&s](const char* text) {
    EXPECT_TRUE(core::parse_byte_size(text, s)) << text;
    return s.bytes;
  };
  EXPECT_EQ(bytes("0"), 0u);
  EXPECT_EQ(bytes("512"), 512u);
  EXPECT_EQ(bytes("512B"), 512u);
  EXPECT_EQ(bytes("64KB"), 64000u);
  EXPECT_EQ(bytes("64KiB"), 65536u);
  EXPECT_EQ(bytes("1MiB"), 1048576u);
  EXPECT_EQ(bytes("2GB"), 2000000000u);
  EXPECT_EQ(bytes("18446744073709551615"), 18446744073709551615u);
}

TEST(byte_size, anything_else_is_refused) {
  byte_size s{7};
  for (const char* text :
       {"", "KB", "-1", "1.5MB", "1 MB", "1kb", "1KBs", "16777216TiB", "18446744073709551616"}) {
    EXPECT_FALSE(core::parse_byte_size(text, s)) << text;
  }
  EXPECT_EQ(s.bytes, 7u);
}

TEST(byte_size, is_written_as_short_as_it_can_be) {
  EXPECT_EQ(core::format_byte_size({0}), "0");
  EXPECT_EQ(core::format_byte_size({512}), "512");
  EXPECT_EQ(core::format_byte_size({65536}), "64KiB");
  EXPECT_EQ(core::format_byte_size({64000}), "64KB");
  EXPECT_EQ(core::format_byte_size({1ull << 40}), "1TiB");
  EXPECT_EQ(core::format_byte_size({1001}), "1001");
}

TEST(duration_text, units) {
  duration d{};
  const auto parsed = [&d](const char* text) {
    EXPECT_TRUE(core::parse_duration(text, d)) << text;
    return d;
  };
  EXPECT_EQ(parsed("250ms"), 250ms);
  EXPECT_EQ(parsed("5s"), 5s);
  EXPECT_EQ(parsed("2m"), 2min);
  EXPECT_EQ(parsed("1h"), 1h);
  EXPECT_EQ(parsed("1d"), 24h);
  EXPECT_EQ(parsed("4w"), 28 * 24h);
  EXPECT_EQ(parsed("7us"), 7us);
  EXPECT_EQ(parsed("9ns"), 9ns);
  EXPECT_EQ(parsed("0s"), 0s);
  EXPECT_EQ(parsed("1h30m"), 90min);
  EXPECT_EQ(parsed("1m500ms"), 60500ms);
}

TEST(duration_text, anything_else_is_refused) {
  duration d = 1s;
  for (const char* text : {"", "5", "0", "s", "-5s", "+5s", "1.5s", "5 s", "5S", "5sec", "5s ",
                           "30m1h", "1s1s", "5s-1ms", "9223372036854775807s", "300000w", "1h30"}) {
    EXPECT_FALSE(core::parse_duration(text, d)) << text;
  }
  EXPECT_EQ(d, 1s);
}

TEST(duration_text, is_written_in_the_largest_exact_unit) {
  EXPECT_EQ(core::format_duration(0s), "0s");
  EXPECT_EQ(core::format_duration(90s), "90s");
  EXPECT_EQ(core::format_duration(2min), "2m");
  EXPECT_EQ(core::format_duration(36h), "36h");
  EXPECT_EQ(core::format_duration(28 * 24h), "28d");
  EXPECT_EQ(core::format_duration(1500ms), "1500ms");
  EXPECT_EQ(core::format_duration(1ns), "1ns");
}

TEST(duration_text, what_is_written_reads_back) {
  for (std::int64_t n = 1; n > 0 && n < 4'000'000'000'000'000'000; n = n * 7 + 3) {
    duration d{};
    ASSERT_TRUE(core::parse_duration(core::format_duration(duration(n)), d)) << n;
    EXPECT_EQ(d.count(), n);
    if (n > 500'000'000'000'000'000) break;
  }
}

TEST(config_texts, no_prefix_is_read_beyond_its_end) {
  const std::string text = "https://[::1]:8443/v1";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto exact = std::make_unique<char[]>(length + 1);  // so that ASan sees an overrun
    text.copy(exact.get(), length);
    const std::string_view prefix(exact.get(), length);
    base_url u;
    address a;
    byte_size s;
    duration d{};
    const bool complete = length >= text.find("]") + 1 && text[length - 1] != ':';
    EXPECT_EQ(core::parse_base_url(prefix, u), complete) << prefix;
    EXPECT_FALSE(core::parse_address(prefix, a));
    EXPECT_FALSE(core::parse_byte_size(prefix, s));
    EXPECT_FALSE(core::parse_duration(prefix, d));
  }
}

}  // namespace
