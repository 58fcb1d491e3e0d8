#include "core/postgres_url.hpp"

#include <gtest/gtest.h>

namespace {

using core::postgres_host;
using core::with_postgres_address;

TEST(postgres_host, is_of_a_url_or_of_keywords) {
  EXPECT_EQ(postgres_host("postgresql://u:p%40@db.test:5432/shop?sslmode=require"), "db.test");
  EXPECT_EQ(postgres_host("postgres://db.test"), "db.test");
  EXPECT_EQ(postgres_host("postgresql://u@[::1]:5432/shop"), "::1");
  EXPECT_EQ(postgres_host("user=u password='a host=b' host=db.test dbname=shop"), "db.test");
  EXPECT_EQ(postgres_host("password='it\\'s host=x' host = 'db.test'"), "db.test");
}

TEST(postgres_host, is_none_where_there_is_not_exactly_one) {
  for (const char* url : {"", "dbname=shop", "postgresql:///shop", "postgresql://a,b/shop",
                          "host=a,b", "host=/run/postgresql", "postgresql://%2Frun/shop",
                          "postgresql:///shop?host=/run/postgresql", "host=a hostaddr=10.0.0.1",
                          "postgresql://a/shop?hostaddr=10.0.0.1", "host", "host=", "host='"})
    EXPECT_EQ(postgres_host(url), "") << url;
}

TEST(postgres_url, gets_further_settings_in_its_own_form) {
  EXPECT_EQ(with_postgres_address("host=a", "10.0.0.1"), "host=a hostaddr=10.0.0.1");
  EXPECT_EQ(with_postgres_address("postgresql://a/d", "::1"), "postgresql://a/d?hostaddr=::1");
  EXPECT_EQ(with_postgres_address("postgresql://a/d?sslmode=require", "10.0.0.1"),
            "postgresql://a/d?sslmode=require&hostaddr=10.0.0.1");
  EXPECT_EQ(core::with_connect_timeout("host=a", std::chrono::milliseconds(3500)),
            "host=a connect_timeout=4");
  EXPECT_EQ(core::with_connect_timeout("host=a connect_timeout=7", std::chrono::seconds(3)),
            "host=a connect_timeout=7");
}

}  // namespace
