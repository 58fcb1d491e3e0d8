#include "core/ip_family.hpp"

#include <gtest/gtest.h>

namespace {

std::string arranged(core::ip_family family) {
  std::vector<boost::asio::ip::address> all;
  for (const char* text : {"::1", "10.0.0.1", "::2", "10.0.0.2"})
    all.push_back(boost::asio::ip::make_address(text));
  core::arrange(all, family);
  std::string out;
  for (const auto& one : all) out += (out.empty() ? "" : " ") + one.to_string();
  return out;
}

TEST(ip_family, orders_and_drops_and_otherwise_keeps_the_order) {
  EXPECT_EQ(arranged(core::ip_family::any), "::1 10.0.0.1 ::2 10.0.0.2");
  EXPECT_EQ(arranged(core::ip_family::prefer_4), "10.0.0.1 10.0.0.2 ::1 ::2");
  EXPECT_EQ(arranged(core::ip_family::prefer_6), "::1 ::2 10.0.0.1 10.0.0.2");
  EXPECT_EQ(arranged(core::ip_family::only_4), "10.0.0.1 10.0.0.2");
  EXPECT_EQ(arranged(core::ip_family::only_6), "::1 ::2");
}

}  // namespace
