#include "sidecar/proxy/forwarded.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace {

using sidecar::read_forwarded;
using sidecar::split_authority;

struct hop {
  const char* name;
  std::vector<core::http_field> fields;
  const char* client;
  const char* proto;
  const char* host;
};
class hops : public ::testing::TestWithParam<hop> {};

TEST_P(hops, are_read) {
  core::http_fields fields;
  for (const auto& f : GetParam().fields) fields.add(f);
  const auto said = read_forwarded(fields);
  EXPECT_EQ(said.client, GetParam().client);
  EXPECT_EQ(said.proto, GetParam().proto);
  EXPECT_EQ(said.host, GetParam().host);
}

INSTANTIATE_TEST_SUITE_P(
    forwarded, hops,
    ::testing::Values(
        hop{"nothing", {}, "", "", ""},
        hop{"rfc_7239",
            {{"Forwarded", "for=192.0.2.60;proto=https;by=203.0.113.43;host=api.example"}},
            "192.0.2.60",
            "https",
            "api.example"},
        hop{"only_the_first_element",
            {{"Forwarded", "for=192.0.2.43, for=198.51.100.17;host=second.example"}},
            "192.0.2.43",
            "",
            ""},
        hop{"ipv6_is_quoted",
            {{"forwarded", "For=\"[2001:db8:cafe::17]:4711\""}},
            "2001:db8:cafe::17",
            "",
            ""},
        hop{"a_comma_in_quotes_is_no_end",
            {{"Forwarded", "host=\"a,b\";proto=http"}},
            "",
            "http",
            "a,b"},
        hop{"unknown_is_no_address", {{"Forwarded", "for=unknown"}}, "", "", ""},
        hop{"obfuscated_is_no_address", {{"Forwarded", "for=_hidden"}}, "", "", ""},
        hop{"an_escape_is_not_read", {{"Forwarded", "host=\"a\\\"b\";proto=http"}}, "", "http", ""},
        hop{"an_open_quote_is_not_read", {{"Forwarded", "proto=http;host=\"a"}}, "", "http", ""},
        hop{"x_fields",
            {{"X-Forwarded-For", "192.0.2.1, 10.0.0.1"},
             {"X-Forwarded-Proto", "https,http"},
             {"X-Forwarded-Host", "api.example:8443"}},
            "192.0.2.1",
            "https",
            "api.example:8443"},
        hop{"bare_ipv6", {{"X-Forwarded-For", "2001:db8::1"}}, "2001:db8::1", "", ""},
        hop{"no_address_with_colons", {{"X-Forwarded-For", "_a:b:c"}}, "", "", ""},
        hop{"an_address_with_a_port", {{"X-Forwarded-For", "192.0.2.1:5000"}}, "192.0.2.1", "", ""},
        hop{"forwarded_comes_before_x_fields",
            {{"X-Forwarded-Host", "x.example"}, {"Forwarded", "host=f.example"}},
            "",
            "",
            "f.example"}),
    [](const auto& row) { return row.param.name; });

TEST(read_forwarded, stays_inside_whatever_it_is_cut_to) {
  const std::string whole = "for=\"[2001:db8::1]:80\";proto=\"ht\\\"tp\";host=a.example, for=b";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::unique_ptr<char[]> copy(new char[size]);
    whole.copy(copy.get(), size);
    for (const char* name : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host"}) {
      core::http_fields fields;
      fields.add({name, {copy.get(), size}});
      EXPECT_LE(read_forwarded(fields).host.size(), size);
    }
  }
}

TEST(split_authority, tells_host_and_port_apart) {
  EXPECT_EQ(split_authority("a.example").host, "a.example");
  EXPECT_EQ(split_authority("a.example").port, std::nullopt);
  EXPECT_EQ(split_authority("a.example:8080").port, 8080);
  EXPECT_EQ(split_authority("[::1]:80").host, "::1");
  EXPECT_EQ(split_authority("[::1]:80").port, 80);
  EXPECT_EQ(split_authority("[::1]").host, "::1");
  EXPECT_EQ(split_authority("[::1").host, "");
  EXPECT_EQ(split_authority("a:70000").port, std::nullopt);
  EXPECT_EQ(split_authority("a:8x").port, std::nullopt);
  EXPECT_EQ(split_authority("").host, "");
}

}  // namespace
