#include <gtest/gtest.h>

#include "probe/checks/dns_check.hpp"
#include "probe/checks/redis_check.hpp"
#include "tests/support/dns_message.hpp"

namespace {

using namespace tests::dns;

TEST(dns_json, has_every_record_in_parts) {
  const std::string message = tests::dns::message(
      "a.example", 15, {record(question_name, 15, 60, u16(10) + name("mail.example"))}, 0x0403, 7,
      {{}, {record(name("s.example"), type_srv, 9, srv_data(1, 2, 80, "b.example"))}});
  const auto parsed = core::parse_dns_message(
      {reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(
      probe::dns_json(*parsed),
      R"({"rcode":"NXDOMAIN","authoritative":true,"truncated":false,"recursion_available":true,)"
      R"("answers":[{"name":"a.example","ttl":60,"class":"IN","type":"MX","data":"10 mail.example.",)"
      R"("text":"a.example.\t60\tIN\tMX\t10 mail.example.","preference":10,"exchange":"mail.example"}],)"
      R"("authority":[],"additional":[{"name":"s.example","ttl":9,"class":"IN","type":"SRV",)"
      R"("data":"1 2 80 b.example.","text":"s.example.\t9\tIN\tSRV\t1 2 80 b.example.",)"
      R"("priority":1,"weight":2,"port":80,"target":"b.example"}]})");
}

TEST(redis_json, has_every_kind_of_reply) {
  core::redis_reply array{core::redis_kind::array, "", 0, {}};
  array.items = {
      {core::redis_kind::nil, "", 0, {}},         {core::redis_kind::integer, "", -7, {}},
      {core::redis_kind::string, "a\"b", 0, {}},  {core::redis_kind::status, "OK", 0, {}},
      {core::redis_kind::error, "ERR no", 0, {}}, {core::redis_kind::array, "", 0, {}}};
  EXPECT_EQ(probe::redis_json(array), R"([null,-7,"a\"b","OK",{"error":"ERR no"},[]])");
}

}  // namespace
